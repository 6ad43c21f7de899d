import { useQuery } from '@tanstack/react-query'
import { Plus, Workflow } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { readDoor } from '../../api/door.ts'
import { useMay } from '../../app/permission.ts'
import { ListCard, listOfQuery } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Time } from '../../ui/time.tsx'
import { RegisterActivity } from './activity-form.tsx'
import { ActivityChip } from './chips.tsx'
import { type Activity, type Listed, MARKETING_CLOUD, pathOfActivity, pathOfContext } from './wire.ts'

const COLUMNS: ReadonlyArray<Column<Activity>> = [
  {
    id: 'name',
    title: 'Activity',
    width: 'minmax(6rem, 2fr)',
    cell: ({ key, name }) => (
      <>
        <Link href={pathOfActivity(key)}>{name || key}</Link> {name && name !== key && <Quiet>{key}</Quiet>}
      </>
    ),
  },
  { id: 'status', title: 'State', width: '7.5rem', cell: ({ status }) => <ActivityChip status={status} /> },
  {
    id: 'type',
    title: 'Type',
    width: '8.5rem',
    from: 760,
    cell: ({ type }) => (type === 'REST' ? 'REST' : 'REST decision'),
  },
  {
    id: 'context',
    title: 'Security context',
    width: 'minmax(7rem, 1fr)',
    from: 600,
    cell: ({ securityContextKey }) =>
      securityContextKey === null ? (
        <Quiet>none</Quiet>
      ) : (
        <Link href={pathOfContext(securityContextKey)}>{securityContextKey}</Link>
      ),
  },
  {
    id: 'changed',
    title: 'Changed',
    width: '8rem',
    from: 900,
    cell: ({ updatedAt }) => <Time at={updatedAt} />,
  },
]

export function Activities() {
  const [, navigate] = useLocation()
  const [isMaking, setMaking] = useState(false)
  const mayChange = useMay('credentials:write')
  const query = useQuery(
    readDoor<Listed<Activity>>(MARKETING_CLOUD, '/activities', { query: { limit: 500 } }),
  )
  const add = mayChange && (
    <Button tone="primary" icon={<Plus size={16} aria-hidden="true" />} onClick={() => setMaking(true)}>
      Register an activity
    </Button>
  )
  return (
    <>
      <ListCard
        label="Activities"
        title="Activities"
        actions={(query.data?.items.length ?? 0) > 0 && add}
        list={listOfQuery(query)}
        columns={COLUMNS}
        keyOf={({ key }) => key}
        onOpen={({ key }) => navigate(pathOfActivity(key))}
        empty={
          <NothingYet icon={Workflow} title="No activity is registered yet" action={add}>
            Bring its config.json, or the address where it is.
          </NothingYet>
        }
      />
      {isMaking && (
        <RegisterActivity onClose={() => setMaking(false)} onMade={(key) => navigate(pathOfActivity(key))} />
      )}
    </>
  )
}
