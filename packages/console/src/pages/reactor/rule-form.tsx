import { callDoor, invalidateDoor } from '../../api/door.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { CheckField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { type One, REACTOR, type Resource, type Rule } from './wire.ts'

/** Makes a rule, or changes the one it is given; its parts stand on its page. */
export function RuleForm({
  propertyId,
  rule,
  onClose,
  onDone,
}: {
  propertyId: string
  rule?: Resource<Rule>
  onClose: () => void
  onDone: (id: string) => void
}) {
  const form = useForm<Record<string, unknown>>(() => ({
    data: {
      type: 'rules',
      ...(rule && { id: rule.id }),
      attributes: rule ? { name: rule.attributes.name, enabled: rule.attributes.enabled } : { enabled: true },
    },
  }))
  const save = async () => {
    const body = form.value
    const saved =
      rule === undefined
        ? await callDoor<One<Rule>>(REACTOR, 'POST', `/properties/${propertyId}/rules`, { body })
        : await callDoor<One<Rule>>(REACTOR, 'PATCH', `/rules/${rule.id}`, { body })
    await invalidateDoor(REACTOR)
    onDone(saved.data.id)
  }
  return (
    <FormDialog
      title={rule === undefined ? 'New rule' : `Change ${rule.attributes.name}`}
      form={form}
      submit={rule === undefined ? 'Create it' : 'Save'}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField form={form} at="/data/attributes/name" label="Name" required autoFocus />
      <CheckField form={form} at="/data/attributes/enabled" saysNo label="Enabled: builds take it along" />
    </FormDialog>
  )
}
