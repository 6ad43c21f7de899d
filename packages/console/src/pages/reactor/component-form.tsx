import { useQuery } from '@tanstack/react-query'
import { callDoor, invalidateDoor } from '../../api/door.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { CheckField, NumberField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useAction } from '../../ui/use-action.ts'
import { DelegateFields } from './delegate-fields.tsx'
import { packagesQuery, useDelegates } from './delegates.ts'
import { putIn } from './put-in.ts'
import { placeInSettings, readSettings, settingsAsText } from './settings-document.ts'
import { REACTOR, type Resource, type RuleComponent } from './wire.ts'

interface Document {
  data: {
    type: string
    id?: string
    attributes: Record<string, unknown>
    relationships?: Record<string, unknown>
  }
}

const TITLES = { conditions: 'condition', actions: 'action' } as const

/** Makes a condition or an action of a rule, or changes the one it is given. */
export function ComponentForm({
  kind,
  ruleId,
  propertyId,
  part,
  order = 0,
  onClose,
}: {
  kind: 'conditions' | 'actions'
  ruleId: string
  propertyId: string
  part?: Resource<RuleComponent>
  /** Of a new one: after those that are there. */
  order?: number
  onClose: () => void
}) {
  const form = useForm<Record<string, unknown>>(() => ({ ...documentOf(part, ruleId, order) }))
  const delegates = useDelegates(propertyId, kind)
  const save = async () => {
    const body = settingsAsText(form.value as unknown as Document)
    try {
      if (part === undefined)
        await callDoor(REACTOR, 'POST', `/properties/${propertyId}/rule_components`, { body })
      else await callDoor(REACTOR, 'PATCH', `/rule_components/${part.id}`, { body })
      await invalidateDoor(REACTOR)
    } catch (error) {
      throw placeInSettings(error)
    }
  }
  const word = TITLES[kind]
  return (
    <FormDialog
      title={part === undefined ? `New ${word}` : `Change ${part.attributes.name}`}
      form={form}
      submit={part === undefined ? `Add the ${word}` : 'Save'}
      onSubmit={save}
      onClose={onClose}
      wide
    >
      <TextField form={form} at="/data/attributes/name" label="Name" required autoFocus />
      {delegates === undefined ? (
        <Skeleton lines={3} />
      ) : delegates.length === 0 ? (
        <NoDelegates kind={kind} propertyId={propertyId} />
      ) : (
        <DelegateFields form={form} propertyId={propertyId} delegates={delegates} />
      )}
      {kind === 'conditions' ? (
        <CheckField
          form={form}
          at="/data/attributes/negate"
          saysNo
          label="Turn it round: it has not to hold"
        />
      ) : (
        <NumberField
          form={form}
          at="/data/attributes/order"
          label="Order"
          help="Actions run one after another, by this number."
        />
      )}
    </FormDialog>
  )
}

/** The extension that has some is not in the property yet: one press puts it there. */
function NoDelegates({ kind, propertyId }: { kind: 'conditions' | 'actions'; propertyId: string }) {
  const action = useAction()
  const { data } = useQuery(packagesQuery)
  const able = data?.data.find(({ attributes }) => attributes[kind].length > 0)
  if (able === undefined) return null
  return (
    <Notice
      tone="warn"
      title={`${able.attributes.display_name} is not in this property`}
      action={
        <Button small busy={action.isBusy} onClick={() => action.run(() => putIn(propertyId, able.id))}>
          Put it in
        </Button>
      }
    >
      {able.attributes.description}
    </Notice>
  )
}

function documentOf(part: Resource<RuleComponent> | undefined, ruleId: string, order: number): Document {
  if (part === undefined) {
    return {
      data: {
        type: 'rule_components',
        attributes: { settings: {}, order },
        relationships: { rules: { data: [{ type: 'rules', id: ruleId }] } },
      },
    }
  }
  const { name, delegate_descriptor_id, settings, order: at, negate } = part.attributes
  return {
    data: {
      type: 'rule_components',
      id: part.id,
      attributes: { name, delegate_descriptor_id, order: at, negate, settings: readSettings(settings) },
    },
  }
}
