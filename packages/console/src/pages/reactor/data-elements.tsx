import { Braces, Plus } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useMay } from '../../app/permission.ts'
import { ListCard } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Time } from '../../ui/time.tsx'
import { DataElementForm } from './data-element-form.tsx'
import { useDelegateTitles } from './delegates.ts'
import { RevisionChip } from './revision-chip.tsx'
import { useMany } from './use-many.ts'
import { type DataElement, pathOfElement, type Resource } from './wire.ts'

type Row = Resource<DataElement>

const columns = (titleOf: (id: string) => string): ReadonlyArray<Column<Row>> => [
  {
    id: 'name',
    title: 'Data element',
    width: 'minmax(6rem, 2fr)',
    cell: ({ id, attributes: { name } }) => <Link href={pathOfElement(id)}>{name}</Link>,
  },
  {
    id: 'type',
    title: 'Type',
    width: 'minmax(5rem, 1fr)',
    from: 480,
    cell: ({ attributes }) => titleOf(attributes.delegate_descriptor_id),
  },
  { id: 'state', title: 'State', width: '8.5rem', cell: (row) => <RevisionChip resource={row} /> },
  {
    id: 'changed',
    title: 'Changed',
    width: '8rem',
    from: 620,
    cell: ({ attributes: { updated_at } }) => <Time at={updated_at} />,
  },
]

/** What finds values for rules. */
export function DataElements({ propertyId }: { propertyId: string }) {
  const [, navigate] = useLocation()
  const mayChange = useMay('credentials:write')
  const [isMaking, setMaking] = useState(false)
  const titleOf = useDelegateTitles()
  const list = useMany<DataElement>(`/properties/${propertyId}/data_elements`)
  const add = mayChange && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={() => setMaking(true)}>
      New data element
    </Button>
  )
  return (
    <>
      <ListCard
        label="Data elements"
        title="Data elements"
        note="Each stands for a value that rules name: a part of the event, or a secret."
        actions={(list.rows?.length ?? 0) > 0 && add}
        list={list}
        columns={columns(titleOf)}
        keyOf={({ id }) => id}
        onOpen={({ id }) => navigate(pathOfElement(id))}
        empty={
          <NothingYet icon={Braces} title="No data element yet" action={add}>
            A data element stands for a value that rules name: a part of the event, or a secret.
          </NothingYet>
        }
      />
      {isMaking && (
        <DataElementForm propertyId={propertyId} onClose={() => setMaking(false)} onDone={() => {}} />
      )}
    </>
  )
}
