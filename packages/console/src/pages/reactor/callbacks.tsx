import { AUDIT_EVENT_TYPES, AUDITED, auditEventType, HAPPENINGS } from '@bursar/domain/reactor/audit-event.ts'
import { wordsOf } from '@bursar/domain/reactor/resource-type.ts'
import { CircleCheck, Hourglass, Plus, Webhook } from 'lucide-react'
import { useState } from 'react'
import { callDoor, invalidateDoor } from '../../api/door.ts'
import { useMay } from '../../app/permission.ts'
import fieldStyles from '../../form/field.module.css'
import { FieldGroup } from '../../form/field.tsx'
import { FormDialog } from '../../form/form-dialog.tsx'
import { TextField } from '../../form/inputs.tsx'
import { type Form, useForm } from '../../form/use-form.ts'
import { ListCard } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/confirm.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Chip } from '../../ui/status-chip.tsx'
import { Time } from '../../ui/time.tsx'
import { removeResource } from '../remove-resource.ts'
import styles from './callbacks.module.css'
import { changeColumn, type RowActions } from './change-column.tsx'
import { useMany } from './use-many.ts'
import { type Callback, type CallbackMeta, REACTOR, type Resource } from './wire.ts'

type Row = Resource<Callback>
const metaOf = ({ meta }: Row) => meta as unknown as CallbackMeta

const columns = (actions: RowActions<Row>): ReadonlyArray<Column<Row>> => [
  {
    id: 'url',
    title: 'URL',
    width: 'minmax(5rem, 2fr)',
    cell: ({ attributes: { url } }) => <code title={url}>{url}</code>,
  },
  {
    id: 'events',
    title: 'Is told of',
    width: 'minmax(6rem, 1fr)',
    from: 620,
    cell: ({ attributes: { subscriptions } }) => (
      <span title={subscriptions.join(', ')}>
        {subscriptions.length === AUDIT_EVENT_TYPES.length ? 'everything' : subscriptions.join(', ')}
      </span>
    ),
  },
  {
    id: 'delivery',
    title: 'Delivery',
    width: 'minmax(6.5rem, 1fr)',
    cell: (row) => {
      const { waiting, last_failure: failure } = metaOf(row)
      return waiting === 0 ? (
        <Chip tone="good" icon={CircleCheck} text="All told" />
      ) : (
        <Chip
          tone="warn"
          icon={Hourglass}
          text={waiting === 1 ? '1 waits' : `${waiting} wait`}
          {...(failure && { title: failure.detail })}
        />
      )
    },
  },
  {
    id: 'failed',
    title: 'Failed last',
    width: 'minmax(8rem, 1.5fr)',
    from: 760,
    cell: (row) => {
      const { last_failure: failure } = metaOf(row)
      return failure === null ? (
        'never'
      ) : (
        <span title={failure.detail}>
          <Time at={failure.at} />: {failure.detail}
        </span>
      )
    },
  },
  ...changeColumn(actions, ({ attributes }) => attributes.url),
]

/** Who is told what becomes of the resources of a property, and whether that arrives. */
export function Callbacks({ propertyId }: { propertyId: string }) {
  const mayWrite = useMay('credentials:write')
  const mayTell = useMay('audit:read') && mayWrite
  const [asking, setAsking] = useState<'new' | { change: Row } | null>(null)
  const [leaving, setLeaving] = useState<Row | null>(null)
  const list = useMany<Callback>(`/properties/${propertyId}/callbacks`)
  const add = mayTell && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={() => setAsking('new')}>
      New callback
    </Button>
  )
  return (
    <>
      <ListCard
        label="Callbacks"
        title="Callbacks"
        note="A URL that is told what becomes of the resources of this property. What fails is sent again."
        actions={(list.rows?.length ?? 0) > 0 && add}
        list={list}
        columns={columns({
          change: mayTell ? (row) => setAsking({ change: row }) : null,
          remove: mayWrite ? setLeaving : null,
        })}
        keyOf={({ id }) => id}
        empty={
          <NothingYet icon={Webhook} title="No callback yet" action={add}>
            A callback is told by POST when a rule, a library or another resource is made, changed or deleted.
            {!mayTell && ' To make one takes the right to read the audit trail.'}
          </NothingYet>
        }
      />
      {asking !== null && (
        <CallbackForm
          propertyId={propertyId}
          {...(asking !== 'new' && { callback: asking.change })}
          onClose={() => setAsking(null)}
        />
      )}
      {leaving && (
        <Confirm
          open
          onClose={() => setLeaving(null)}
          title="Delete this callback?"
          verb="Delete the callback"
          danger
          onConfirm={() => removeResource(REACTOR, `/callbacks/${leaving.id}`, 'The callback')}
        >
          <p>
            <code>{leaving.attributes.url}</code> is told nothing any more, and what waits for it is dropped.
          </p>
        </Confirm>
      )}
    </>
  )
}

const SUBSCRIPTIONS = '/data/attributes/subscriptions'

function CallbackForm({
  propertyId,
  callback,
  onClose,
}: {
  propertyId: string
  callback?: Row
  onClose: () => void
}) {
  const form = useForm<Record<string, unknown>>(() => ({
    data: {
      type: 'callbacks',
      ...(callback && { id: callback.id }),
      attributes: { url: callback?.attributes.url, subscriptions: callback?.attributes.subscriptions ?? [] },
    },
  }))
  const save = async () => {
    const body = { data: form.get('/data') }
    if (callback === undefined)
      await callDoor(REACTOR, 'POST', `/properties/${propertyId}/callbacks`, { body })
    else await callDoor(REACTOR, 'PATCH', `/callbacks/${callback.id}`, { body })
    await invalidateDoor(REACTOR)
  }
  return (
    <FormDialog
      title={callback === undefined ? 'New callback' : 'Change the callback'}
      form={form}
      submit={callback === undefined ? 'Create it' : 'Save'}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField
        form={form}
        at="/data/attributes/url"
        label="URL"
        required
        autoFocus
        code
        placeholder="https://hooks.example.com/reactor"
        help="Gets a POST with each event. Any answer from 200 to 299 takes it."
      />
      <Subscriptions form={form} />
    </FormDialog>
  )
}

/** Every type of resource with what may become of it. */
function Subscriptions({ form }: { form: Form }) {
  const chosen = (form.get(SUBSCRIPTIONS) as string[] | undefined) ?? []
  const toggle = (event: string, on: boolean) =>
    form.set(
      SUBSCRIPTIONS,
      AUDIT_EVENT_TYPES.filter((one) => (one === event ? on : chosen.includes(one))),
    )
  const hasAll = chosen.length === AUDIT_EVENT_TYPES.length
  return (
    <FieldGroup form={form} at={SUBSCRIPTIONS} label="Is told of" required>
      {(wiring) => (
        <>
          <table className={styles.matrix}>
            <thead>
              <tr>
                <td />
                {HAPPENINGS.map((happening) => (
                  <th key={happening} scope="col">
                    {happening}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {AUDITED.map((type) => (
                <tr key={type}>
                  <th scope="row">{wordsOf(type)}</th>
                  {HAPPENINGS.map((happening) => {
                    const event = auditEventType(type, happening)
                    return (
                      <td key={happening}>
                        <input
                          type="checkbox"
                          aria-label={event}
                          aria-describedby={wiring['aria-describedby']}
                          aria-invalid={chosen.length === 0 ? wiring['aria-invalid'] : undefined}
                          checked={chosen.includes(event)}
                          onChange={({ target }) => toggle(event, target.checked)}
                        />
                      </td>
                    )
                  })}
                </tr>
              ))}
            </tbody>
          </table>
          <Button
            small
            tone="quiet"
            className={fieldStyles.addRow}
            onClick={() => form.set(SUBSCRIPTIONS, hasAll ? [] : [...AUDIT_EVENT_TYPES])}
          >
            {hasAll ? 'Choose none' : 'Choose all'}
          </Button>
        </>
      )}
    </FieldGroup>
  )
}
