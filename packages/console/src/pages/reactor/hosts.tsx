import { Plus, Server } from 'lucide-react'
import { useState } from 'react'
import { callDoor, invalidateDoor } from '../../api/door.ts'
import { useMay } from '../../app/permission.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { ChoiceField, NumberField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { ListCard } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Time } from '../../ui/time.tsx'
import { removeResource } from '../remove-resource.ts'
import { changeColumn, type RowActions } from './change-column.tsx'
import { useMany } from './use-many.ts'
import { type Host, REACTOR, type Resource } from './wire.ts'

type Row = Resource<Host>

const TYPES = { akamai: 'Managed by Adobe', sftp: 'SFTP' } as const

const columns = (actions: RowActions<Row>): ReadonlyArray<Column<Row>> => [
  { id: 'name', title: 'Host', width: 'minmax(6rem, 2fr)', cell: ({ attributes: { name } }) => name },
  {
    id: 'type',
    title: 'Type',
    width: 'minmax(6rem, 1fr)',
    cell: ({ attributes: { type_of } }) => TYPES[type_of],
  },
  {
    id: 'server',
    title: 'Server',
    width: 'minmax(6rem, 1fr)',
    from: 620,
    cell: ({ attributes: { server } }) => (server === null ? '–' : <code>{server}</code>),
  },
  {
    id: 'changed',
    title: 'Changed',
    width: '8rem',
    from: 520,
    cell: ({ attributes: { updated_at } }) => <Time at={updated_at} />,
  },
  ...changeColumn(actions, ({ attributes }) => attributes.name),
]

/** Kept for clients that make them: Bursar runs builds itself, and delivers nothing to a host. */
export function Hosts({ propertyId }: { propertyId: string }) {
  const mayChange = useMay('credentials:write')
  const [asking, setAsking] = useState<'new' | { change: Row } | null>(null)
  const [leaving, setLeaving] = useState<Row | null>(null)
  const list = useMany<Host>(`/properties/${propertyId}/hosts`)
  const add = mayChange && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={() => setAsking('new')}>
      New host
    </Button>
  )
  const remove = ({ id, attributes }: Row) => removeResource(REACTOR, `/hosts/${id}`, attributes.name)
  return (
    <>
      <ListCard
        label="Hosts"
        title="Hosts"
        note="Kept for clients that ask for them. Bursar runs builds itself and delivers nothing there."
        actions={(list.rows?.length ?? 0) > 0 && add}
        list={list}
        columns={columns({
          change: mayChange ? (row) => setAsking({ change: row }) : null,
          remove: mayChange ? setLeaving : null,
        })}
        keyOf={({ id }) => id}
        empty={
          <NothingYet icon={Server} title="No host yet" action={add}>
            Bursar needs none: it runs builds itself. Clients of Reactor may ask for one.
          </NothingYet>
        }
      />
      {asking !== null && (
        <HostForm
          propertyId={propertyId}
          {...(asking !== 'new' && { host: asking.change })}
          onClose={() => setAsking(null)}
        />
      )}
      {leaving && (
        <ConfirmByName
          open
          onClose={() => setLeaving(null)}
          title={`Delete ${leaving.attributes.name}?`}
          name={leaving.attributes.name}
          verb="Delete the host"
          onConfirm={() => remove(leaving)}
        />
      )}
    </>
  )
}

function HostForm({ propertyId, host, onClose }: { propertyId: string; host?: Row; onClose: () => void }) {
  const form = useForm<Record<string, unknown>>(() => ({ data: documentOf(host) }))
  const isSftp = form.get('/data/attributes/type_of') === 'sftp'
  const save = async () => {
    const { attributes: typed, ...rest } = form.get('/data') as ReturnType<typeof documentOf>
    const { type_of: _, ...others } = typed
    const attributes = host === undefined ? typed : others
    // What was emptied is said, since what is left out of a change stays.
    const body = { data: { ...rest, attributes: { ...(isSftp && EMPTY), ...attributes } } }
    if (host === undefined) await callDoor(REACTOR, 'POST', `/properties/${propertyId}/hosts`, { body })
    else await callDoor(REACTOR, 'PATCH', `/hosts/${host.id}`, { body })
    await invalidateDoor(REACTOR)
  }
  return (
    <FormDialog
      title={host === undefined ? 'New host' : `Change ${host.attributes.name}`}
      form={form}
      submit={host === undefined ? 'Create it' : 'Save'}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField form={form} at="/data/attributes/name" label="Name" required autoFocus />
      {host === undefined && (
        <ChoiceField
          form={form}
          at="/data/attributes/type_of"
          label="Type"
          inline
          choices={Object.entries(TYPES).map(([value, title]) => ({ value, title }))}
        />
      )}
      {isSftp && (
        <>
          <TextField form={form} at="/data/attributes/server" label="Server" code />
          <NumberField form={form} at="/data/attributes/port" label="Port" placeholder="22" />
          <TextField form={form} at="/data/attributes/username" label="User name" />
          <TextField form={form} at="/data/attributes/path" label="Path" code />
        </>
      )}
    </FormDialog>
  )
}

const EMPTY = { server: null, port: null, username: null, path: null }

function documentOf(host: Row | undefined): {
  type: string
  id?: string
  attributes: Record<string, unknown>
} {
  if (host === undefined) return { type: 'hosts', attributes: { type_of: 'akamai' } }
  const { name, type_of, server, port, username, path } = host.attributes
  return { type: 'hosts', id: host.id, attributes: { name, type_of, server, port, username, path } }
}
