import { Layers, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { callDoor, invalidateDoor } from '../../api/door.ts'
import { useMay } from '../../app/permission.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { SelectField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { ListCard } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import { removeResource } from '../remove-resource.ts'
import { useMany } from './use-many.ts'
import { type Environment, REACTOR, type Resource, STAGES } from './wire.ts'

type Row = Resource<Environment>

const columns = (onDelete: ((row: Row) => void) | null): ReadonlyArray<Column<Row>> => [
  {
    id: 'name',
    title: 'Environment',
    width: 'minmax(6rem, 2fr)',
    cell: ({ attributes: { name } }) => name,
  },
  { id: 'stage', title: 'Stage', width: '7rem', cell: ({ attributes: { stage } }) => stage },
  {
    id: 'id',
    title: 'Id',
    width: 'minmax(6rem, 1fr)',
    from: 700,
    cell: ({ id }) => <code title={id}>{id}</code>,
  },
  {
    id: 'made',
    title: 'Made',
    width: '8rem',
    from: 520,
    cell: ({ attributes: { created_at } }) => <Time at={created_at} />,
  },
  ...(onDelete === null
    ? []
    : [
        {
          id: 'delete',
          title: <span className="visually-hidden">Delete it</span>,
          width: '2.5rem',
          align: 'end' as const,
          cell: (row: Row) => (
            <IconButton name={`Delete ${row.attributes.name}`} small onClick={() => onDelete(row)}>
              <Trash2 size={16} aria-hidden="true" />
            </IconButton>
          ),
        },
      ]),
]

export function Environments({ propertyId }: { propertyId: string }) {
  const mayChange = useMay('credentials:write')
  const [isMaking, setMaking] = useState(false)
  const [leaving, setLeaving] = useState<Row | null>(null)
  const list = useMany<Environment>(`/properties/${propertyId}/environments`)
  const add = mayChange && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={() => setMaking(true)}>
      New environment
    </Button>
  )
  const remove = ({ id, attributes }: Row) => removeResource(REACTOR, `/environments/${id}`, attributes.name)
  return (
    <>
      <ListCard
        label="Environments"
        title="Environments"
        note="Any number of development environments, one each of staging and production."
        actions={(list.rows?.length ?? 0) > 0 && add}
        list={list}
        columns={columns(mayChange ? setLeaving : null)}
        keyOf={({ id }) => id}
        empty={
          <NothingYet icon={Layers} title="No environment yet" action={add}>
            A secret belongs to one environment, and its artifact is served there.
          </NothingYet>
        }
      />
      {isMaking && <NewEnvironment propertyId={propertyId} onClose={() => setMaking(false)} />}
      {leaving && (
        <ConfirmByName
          open
          onClose={() => setLeaving(null)}
          title={`Delete ${leaving.attributes.name}?`}
          name={leaving.attributes.name}
          verb="Delete the environment"
          onConfirm={() => remove(leaving)}
        >
          <p>Its secrets become free; their artifacts go, and they are no longer refreshed.</p>
        </ConfirmByName>
      )}
    </>
  )
}

function NewEnvironment({ propertyId, onClose }: { propertyId: string; onClose: () => void }) {
  const form = useForm<Record<string, unknown>>({
    data: { type: 'environments', attributes: { stage: 'development' } },
  })
  const create = async () => {
    await callDoor(REACTOR, 'POST', `/properties/${propertyId}/environments`, { body: form.value })
    await invalidateDoor(REACTOR)
    toast.done('The environment is there.')
  }
  return (
    <FormDialog title="New environment" form={form} submit="Create it" onSubmit={create} onClose={onClose}>
      <TextField form={form} at="/data/attributes/name" label="Name" required autoFocus />
      <SelectField
        form={form}
        at="/data/attributes/stage"
        label="Stage"
        options={STAGES.map((value) => ({ value, title: value }))}
      />
    </FormDialog>
  )
}
