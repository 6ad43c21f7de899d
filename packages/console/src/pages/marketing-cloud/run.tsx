import { useQuery } from '@tanstack/react-query'
import { Inbox } from 'lucide-react'
import { readDoor } from '../../api/door.ts'
import { Page, Stack } from '../../app/page.tsx'
import { usePathParams } from '../../app/path-params.ts'
import filterStyles from '../../table/filters.module.css'
import { ListCard } from '../../table/list-card.tsx'
import { FilterSelect } from '../../table/search-box.tsx'
import { useUrlFilters } from '../../table/url-filters.ts'
import type { Column } from '../../table/virtual-table.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { Cluster, Quiet } from '../../ui/cluster.tsx'
import { NothingMatches, NothingYet } from '../../ui/empty-state.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { ContactChip, RunChip } from './chips.tsx'
import { type ContactResult, MARKETING_CLOUD, pathOfActivity, type Run } from './wire.ts'

const REFRESH_MS = 1_000

const COLUMNS: ReadonlyArray<Column<ContactResult>> = [
  {
    id: 'line',
    title: 'Line',
    width: '3.5rem',
    align: 'end',
    cell: ({ line }) => line?.toLocaleString('en') ?? '–',
  },
  {
    id: 'contact',
    title: 'Contact',
    width: 'minmax(5rem, 1fr)',
    cell: ({ contactKey }) => (contactKey === undefined ? <Quiet>none</Quiet> : <code>{contactKey}</code>),
  },
  { id: 'status', title: 'Outcome', width: '7rem', cell: ({ status }) => <ContactChip status={status} /> },
  {
    id: 'why',
    title: 'Why',
    width: 'minmax(6rem, 2fr)',
    from: 640,
    cell: ({ reason, note, branchResult }) => {
      const text = reason?.detail ?? note ?? (branchResult && `Branch ${branchResult}`) ?? ''
      return <span title={text}>{text}</span>
    },
  },
  {
    id: 'attempts',
    title: 'Requests',
    width: '5.5rem',
    from: 480,
    align: 'end',
    cell: ({ attempts, mayBeRepeated }) => (
      <>
        {attempts} {mayBeRepeated && <Quiet>maybe twice</Quiet>}
      </>
    ),
  },
]

const OUTCOMES = [
  { value: 'sent', title: 'Sent' },
  { value: 'ejected', title: 'Ejected' },
  { value: 'failed', title: 'Failed' },
  { value: 'invalid', title: 'Invalid' },
]

export default function RunPage() {
  const { key, run: id } = usePathParams('/marketing-cloud/activities/:key/runs/:run')
  const path = `/activities/${encodeURIComponent(key)}/runs/${id}`
  const query = useQuery({
    ...readDoor<Run>(MARKETING_CLOUD, path),
    refetchInterval: ({ state }) => (state.data?.status === 'running' ? REFRESH_MS : false),
  })
  const run = query.data
  return (
    <Page
      title="Run"
      heading={<>Run of {key}</>}
      note={<code>{id}</code>}
      above={{ title: key, path: pathOfActivity(key) }}
    >
      {query.error ? (
        <ErrorNotice error={query.error} onRetry={query.refetch} />
      ) : !run ? (
        <Skeleton lines={6} />
      ) : (
        <Stack>
          {run.status === 'interrupted' && (
            <Notice tone="warn" title="It waits to be resumed">
              Send the same contacts again to <code>…/runs/{id}/resume</code>, or with{' '}
              <code>bursar activity run --resume</code>: it goes on where it stopped.
            </Notice>
          )}
          <Card title="How far it is" actions={<RunChip status={run.status} />}>
            <Facts>
              <Fact name="Lines read">{run.lines.toLocaleString('en')}</Fact>
              {OUTCOMES.map(({ value, title }) => (
                <Fact key={value} name={title}>
                  {run.counts[value as keyof Run['counts']].toLocaleString('en')}
                </Fact>
              ))}
              <Fact name="Maybe received twice">{run.counts.repeated.toLocaleString('en')}</Fact>
              <Fact name="Begun">
                <Time at={run.startedAt} />
              </Fact>
              <Fact name="Ended">
                <Time at={run.endedAt} none="not yet" />
              </Fact>
            </Facts>
          </Card>
          <Results path={path} isRunning={run.status === 'running'} />
        </Stack>
      )}
    </Page>
  )
}

function Results({ path, isRunning }: { path: string; isRunning: boolean }) {
  const filters = useUrlFilters()
  const outcome = filters.get('outcome')
  const { data, error, refetch } = useQuery({
    ...readDoor<ContactResult[]>(MARKETING_CLOUD, `${path}/results`),
    refetchInterval: isRunning ? 3 * REFRESH_MS : false,
  })
  const rows = data?.filter(({ status }) => outcome === '' || status === outcome)
  return (
    <Stack tight>
      <div className={filterStyles.bar}>
        <FilterSelect
          label="Outcome"
          value={outcome}
          options={OUTCOMES}
          onChange={(value) => filters.set({ outcome: value })}
        />
        {data && data.length >= 1000 && (
          <Cluster>
            <Quiet>The newest thousand. The rest is behind …/results.</Quiet>
          </Cluster>
        )}
      </div>
      <ListCard
        label="Results"
        title="Results"
        list={{ rows, error, retry: refetch }}
        columns={COLUMNS}
        keyOf={({ line, contactKey }) => `${line}/${contactKey}`}
        empty={
          outcome === '' ? (
            <NothingYet icon={Inbox} title="No contact yet" />
          ) : (
            <NothingMatches what="contacts" onClear={() => filters.clear()} />
          )
        }
      />
    </Stack>
  )
}
