import { Plus, Workflow } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useMay } from '../../app/permission.ts'
import { ListCard } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Time } from '../../ui/time.tsx'
import { RevisionChip } from './revision-chip.tsx'
import { RuleForm } from './rule-form.tsx'
import { useMany } from './use-many.ts'
import { pathOfRule, type Resource, type Rule } from './wire.ts'

const COLUMNS: ReadonlyArray<Column<Resource<Rule>>> = [
  {
    id: 'name',
    title: 'Rule',
    width: 'minmax(6rem, 2fr)',
    cell: ({ id, attributes: { name } }) => <Link href={pathOfRule(id)}>{name}</Link>,
  },
  { id: 'state', title: 'State', width: '8.5rem', cell: (row) => <RevisionChip resource={row} /> },
  {
    id: 'changed',
    title: 'Changed',
    width: '8rem',
    from: 520,
    cell: ({ attributes: { updated_at } }) => <Time at={updated_at} />,
  },
]

/** What is done with an event. */
export function Rules({ propertyId }: { propertyId: string }) {
  const [, navigate] = useLocation()
  const mayChange = useMay('credentials:write')
  const [isMaking, setMaking] = useState(false)
  const list = useMany<Rule>(`/properties/${propertyId}/rules`)
  const add = mayChange && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={() => setMaking(true)}>
      New rule
    </Button>
  )
  return (
    <>
      <ListCard
        label="Rules"
        title="Rules"
        note="Each runs for every event: its actions, where its conditions hold."
        actions={(list.rows?.length ?? 0) > 0 && add}
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        onOpen={({ id }) => navigate(pathOfRule(id))}
        empty={
          <NothingYet icon={Workflow} title="No rule yet" action={add}>
            A rule runs for every event: its actions, where its conditions hold.
          </NothingYet>
        }
      />
      {isMaking && (
        <RuleForm
          propertyId={propertyId}
          onClose={() => setMaking(false)}
          onDone={(id) => navigate(pathOfRule(id))}
        />
      )}
    </>
  )
}
