import { Library as LibraryIcon, Plus } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useMay } from '../../app/permission.ts'
import { ListCard } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Time } from '../../ui/time.tsx'
import { LibraryChip } from './chips.tsx'
import { LibraryForm } from './library-form.tsx'
import { useMany } from './use-many.ts'
import { type Library, pathOfLibrary, type Resource } from './wire.ts'

const COLUMNS: ReadonlyArray<Column<Resource<Library>>> = [
  {
    id: 'name',
    title: 'Library',
    width: 'minmax(6rem, 2fr)',
    cell: ({ id, attributes: { name } }) => <Link href={pathOfLibrary(id)}>{name}</Link>,
  },
  {
    id: 'state',
    title: 'State',
    width: '8.5rem',
    cell: ({ attributes: { state } }) => <LibraryChip state={state} />,
  },
  {
    id: 'build',
    title: 'Build',
    width: '8rem',
    from: 520,
    cell: ({ attributes: { build_required } }) => (build_required ? 'wants one' : 'up to date'),
  },
  {
    id: 'changed',
    title: 'Changed',
    width: '8rem',
    from: 680,
    cell: ({ attributes: { updated_at } }) => <Time at={updated_at} />,
  },
]

/** What rules and data elements are published with. */
export function Libraries({ propertyId }: { propertyId: string }) {
  const [, navigate] = useLocation()
  const mayChange = useMay('credentials:write')
  const [isMaking, setMaking] = useState(false)
  const list = useMany<Library>(`/properties/${propertyId}/libraries`)
  const add = mayChange && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={() => setMaking(true)}>
      New library
    </Button>
  )
  return (
    <>
      <ListCard
        label="Libraries"
        title="Libraries"
        note="Each takes revisions of data elements and rules to an environment, in a build."
        actions={(list.rows?.length ?? 0) > 0 && add}
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        onOpen={({ id }) => navigate(pathOfLibrary(id))}
        empty={
          <NothingYet icon={LibraryIcon} title="No library yet" action={add}>
            A library takes extensions, data elements and rules to an environment, in a build.
          </NothingYet>
        }
      />
      {isMaking && (
        <LibraryForm
          propertyId={propertyId}
          onClose={() => setMaking(false)}
          onDone={(id) => navigate(pathOfLibrary(id))}
        />
      )}
    </>
  )
}
