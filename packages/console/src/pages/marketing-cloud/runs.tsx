import { useQuery } from '@tanstack/react-query'
import { ListVideo, Play } from 'lucide-react'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { readDoor } from '../../api/door.ts'
import { useMaySend } from '../../app/permission.ts'
import { ListCard, listOfQuery } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { Time } from '../../ui/time.tsx'
import { RunChip } from './chips.tsx'
import { ContactsDialog } from './contacts-dialog.tsx'
import { startRun } from './live-runs.ts'
import { type Listed, MARKETING_CLOUD, pathOfRun, type Run } from './wire.ts'

const REFRESH_MS = 1_000
const IDLE_REFRESH_MS = 3_000

const count = (title: string, member: keyof Run['counts'], from: number): Column<Run> => ({
  id: member,
  title,
  width: '5rem',
  from,
  align: 'end',
  cell: ({ counts }) => counts[member].toLocaleString('en'),
})

const COLUMNS: ReadonlyArray<Column<Run>> = [
  {
    id: 'started',
    title: 'Begun',
    width: 'minmax(7rem, 1fr)',
    cell: (run) => (
      <Link href={pathOfRun(run)}>
        <Time at={run.startedAt} />
      </Link>
    ),
  },
  { id: 'status', title: 'State', width: '8rem', cell: ({ status }) => <RunChip status={status} /> },
  {
    id: 'lines',
    title: 'Lines read',
    width: '6rem',
    from: 480,
    align: 'end',
    cell: ({ lines }) => lines.toLocaleString('en'),
  },
  count('Sent', 'sent', 560),
  count('Ejected', 'ejected', 640),
  count('Failed', 'failed', 720),
  count('Invalid', 'invalid', 800),
]

/** Streams of contacts that the activity was sent. */
export function Runs({ activityKey, isPublished }: { activityKey: string; isPublished: boolean }) {
  const [, navigate] = useLocation()
  const [isStarting, setStarting] = useState(false)
  const query = useQuery({
    ...readDoor<Listed<Run>>(MARKETING_CLOUD, `/activities/${encodeURIComponent(activityKey)}/runs`, {
      query: { limit: 100 },
    }),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ status }) => status === 'running') ? REFRESH_MS : IDLE_REFRESH_MS,
  })
  const list = listOfQuery(query)
  const maySend = useMaySend()
  const start = maySend && isPublished && (
    <Button icon={<Play size={16} aria-hidden="true" />} onClick={() => setStarting(true)}>
      Start a run
    </Button>
  )
  return (
    <>
      <ListCard
        label="Runs"
        title="Runs"
        note="A run is a stream of contacts. The newest are first."
        actions={(list.rows?.length ?? 0) > 0 && start}
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        onOpen={(run) => navigate(pathOfRun(run))}
        empty={
          <NothingYet icon={ListVideo} title="No run yet" action={start}>
            {isPublished
              ? 'A run sends a stream of contacts to the activity, and has the result of each.'
              : 'Once the activity is published, a run sends a stream of contacts to it.'}
          </NothingYet>
        }
      />
      {isStarting && (
        <ContactsDialog
          title="Start a run"
          description="Every contact is sent for real, as a journey would."
          submit="Start it"
          onContacts={async (contacts) =>
            navigate(pathOfRun({ activityKey, id: await startRun(activityKey, contacts) }))
          }
          onClose={() => setStarting(false)}
        />
      )}
    </>
  )
}
