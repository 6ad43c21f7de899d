import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleX, Server, TriangleAlert } from 'lucide-react'
import { read } from '../../api/query.ts'
import { Stack } from '../../app/page.tsx'
import { ListCard, listOfQuery } from '../../table/list-card.tsx'
import type { Column } from '../../table/virtual-table.tsx'
import { Card } from '../../ui/card.tsx'
import { Cluster, Quiet } from '../../ui/cluster.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Chip } from '../../ui/status-chip.tsx'
import { Time } from '../../ui/time.tsx'
import styles from './settings.module.css'

type Node = AnswerOf<'listNodes'>['items'][number]

const REFRESH_MS = 5_000

const COLUMNS: ReadonlyArray<Column<Node>> = [
  {
    id: 'node',
    title: 'Node',
    width: 'minmax(6rem, 2fr)',
    cell: ({ node_id, worker, current }) => (
      <>
        <code>{node_id}</code> {worker !== null && <Quiet>worker {worker}</Quiet>}{' '}
        {current && <Quiet>answers you</Quiet>}
      </>
    ),
  },
  {
    id: 'state',
    title: 'State',
    width: '5.5rem',
    cell: ({ state }) =>
      state === 'up' ? (
        <Chip tone="good" icon={CircleCheck} text="Up" />
      ) : (
        <Chip tone="bad" icon={CircleX} text="Gone" title="It has not reported for a minute." />
      ),
  },
  { id: 'seen', title: 'Last seen', width: '8rem', from: 620, cell: ({ seen_at }) => <Time at={seen_at} /> },
  {
    id: 'started',
    title: 'Started',
    width: '8rem',
    from: 780,
    cell: ({ started_at }) => <Time at={started_at} />,
  },
  { id: 'version', title: 'Version', width: '5rem', from: 900, cell: ({ version }) => version },
  {
    id: 'keys',
    title: 'Ring keys',
    width: 'minmax(6rem, 1fr)',
    from: 1040,
    cell: ({ ring_keys }) => <code>{ring_keys.join(', ')}</code>,
  },
  {
    id: 'spooled',
    title: 'Spooled',
    width: '5rem',
    from: 700,
    align: 'end',
    cell: ({ spooled }) => spooled.toLocaleString('en'),
  },
]

/** Who else serves, and whether all is well with the one that answers. */
export function Nodes() {
  const query = useQuery({ ...read('/v1/nodes'), refetchInterval: REFRESH_MS })
  const nodes = query.data?.items ?? []
  const rings = new Set(
    nodes.filter(({ state }) => state === 'up').map(({ ring_keys }) => ring_keys.toSorted().join()),
  )
  return (
    <Stack>
      <Health />
      {rings.size > 1 && (
        <Notice tone="warn" title="Nodes hold different key rings">
          Give every node the same ring before keys are rotated. A node without a key can not read what was
          sealed with it.
        </Notice>
      )}
      <ListCard
        label="Nodes"
        title="Nodes"
        note="Those that reported within a day. One that has not for a minute is gone."
        list={listOfQuery(query)}
        columns={COLUMNS}
        keyOf={({ node_id, worker }) => `${node_id}/${worker}`}
        empty={
          <NothingYet icon={Server} title="No node has reported yet">
            Each reports within seconds of its start.
          </NothingYet>
        }
      />
    </Stack>
  )
}

const CHECKS = {
  database: 'Database',
  spool: 'Spool',
  key_ring: 'Key ring',
  clock: 'Clock',
  nodes: 'Nodes',
} as const

const LOOKS = {
  ok: { tone: 'good', icon: CircleCheck, text: 'Well' },
  warning: { tone: 'warn', icon: TriangleAlert, text: 'Look at it' },
  failed: { tone: 'bad', icon: CircleX, text: 'Failed' },
} as const

function Health() {
  const { data, error, refetch } = useQuery({ ...read('/v1/overview'), refetchInterval: REFRESH_MS })
  return (
    <Card title="Health" note="As the node sees it that answers you.">
      {error ? (
        <ErrorNotice error={error} onRetry={refetch} />
      ) : !data ? (
        <Skeleton lines={4} />
      ) : (
        <dl className={styles.checks}>
          {data.health.checks.map(({ name, state, detail }) => (
            <div key={name}>
              <dt>{CHECKS[name]}</dt>
              <dd>
                <Cluster>
                  <Chip {...LOOKS[state]} />
                  <span>{detail}</span>
                </Cluster>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  )
}
