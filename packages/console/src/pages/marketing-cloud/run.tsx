import { useQuery } from '@tanstack/react-query'
import { CircleStop, Inbox, Play } from 'lucide-react'
import { useState } from 'react'
import { callDoor, invalidateDoor, readDoor } from '../../api/door.ts'
import { Page, Stack } from '../../app/page.tsx'
import { usePathParams } from '../../app/path-params.ts'
import { useMaySend } from '../../app/permission.ts'
import { useUnsavedGuard } from '../../form/use-form.ts'
import filterStyles from '../../table/filters.module.css'
import { ListCard } from '../../table/list-card.tsx'
import { FilterSelect } from '../../table/search-box.tsx'
import { useUrlFilters } from '../../table/url-filters.ts'
import type { Column } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { Cluster, Quiet } from '../../ui/cluster.tsx'
import { NothingMatches, NothingYet } from '../../ui/empty-state.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { useAction } from '../../ui/use-action.ts'
import { ContactChip, RunChip } from './chips.tsx'
import type { Contacts } from './contacts.ts'
import { ContactsDialog } from './contacts-dialog.tsx'
import { FailingLines } from './failing-lines.tsx'
import { sendContacts, useLiveRun } from './live-runs.ts'
import { type ContactResult, MARKETING_CLOUD, pathOfActivity, type Run } from './wire.ts'

const REFRESH_MS = 1_000
/** One that was interrupted may be resumed by somebody else. */
const REFRESH_OF = { running: REFRESH_MS, interrupted: 5 * REFRESH_MS, finished: false } as const

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

const OUTCOMES: ReadonlyArray<{ value: ContactResult['status']; title: string }> = [
  { value: 'sent', title: 'Sent' },
  { value: 'ejected', title: 'Ejected' },
  { value: 'failed', title: 'Failed' },
  { value: 'invalid', title: 'Invalid' },
]

export default function RunPage() {
  const { key, run: id } = usePathParams('/marketing-cloud/activities/:key/runs/:run')
  const path = `/activities/${encodeURIComponent(key)}/runs/${id}`
  const live = useLiveRun(id)
  const [isAsking, setAsking] = useState(false)
  const maySend = useMaySend()
  const stopping = useAction()
  const query = useQuery({
    ...readDoor<Run>(MARKETING_CLOUD, path),
    refetchInterval: ({ state }) =>
      live?.isSending ? REFRESH_MS : REFRESH_OF[state.data?.status ?? 'finished'],
  })
  const run = query.data
  const isRunning = live?.isSending === true || run?.status === 'running'
  useUnsavedGuard(live?.isSending === true)
  const stop = async () => {
    await callDoor(MARKETING_CLOUD, 'POST', `${path}/stop`)
    await invalidateDoor(MARKETING_CLOUD)
  }
  const resume = async (contacts: Contacts) => void sendContacts(key, id, contacts)
  const done = run ? OUTCOMES.reduce((sum, { value }) => sum + run.counts[value], 0) : 0
  return (
    <Page
      title="Run"
      heading={<>Run of {key}</>}
      note={<code>{id}</code>}
      above={{ title: key, path: pathOfActivity(key) }}
      actions={
        !maySend ? null : isRunning ? (
          <Button
            icon={<CircleStop size={16} aria-hidden="true" />}
            busy={stopping.isBusy}
            onClick={live?.isSending ? live.stop : () => stopping.run(stop)}
          >
            Stop
          </Button>
        ) : (
          run?.status === 'interrupted' && (
            <Button
              tone="primary"
              icon={<Play size={16} aria-hidden="true" />}
              onClick={() => (live ? resume(live.contacts) : setAsking(true))}
            >
              Resume
            </Button>
          )
        )
      }
    >
      {query.error ? (
        <ErrorNotice error={query.error} onRetry={query.refetch} />
      ) : !run ? (
        <Skeleton lines={6} />
      ) : (
        <Stack>
          {live?.error ? <ErrorNotice error={live.error} /> : null}
          {live?.isSending ? (
            <Notice title="The contacts are sent from this tab">
              Other pages of the console may be opened meanwhile. When the tab is closed the run stops in
              order, and goes on when it is resumed.
            </Notice>
          ) : run.status === 'running' && !live ? (
            <Notice title="The contacts are sent by another client">
              When it is stopped, what is under way has its answer first; then it waits to be resumed.
            </Notice>
          ) : (
            run.status === 'interrupted' && (
              <Notice tone="warn" title="It waits to be resumed">
                {run.reason && !live?.error ? `${run.reason.detail} ` : ''}
                {live
                  ? 'The contacts are still at hand: it goes on where it stopped.'
                  : 'Resume it with the same contacts, from their beginning: it goes on where it stopped.'}
              </Notice>
            )
          )}
          <Card title="How far it is" actions={<RunChip status={live?.isSending ? 'running' : run.status} />}>
            <Stack>
              {live && <Progress label="Contacts with a result" done={done} total={live.contacts.count} />}
              <Facts>
                <Fact name="Lines read">{run.lines.toLocaleString('en')}</Fact>
                {OUTCOMES.map(({ value, title }) => (
                  <Fact key={value} name={title}>
                    {run.counts[value].toLocaleString('en')}
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
            </Stack>
          </Card>
          {run.counts.failed + run.counts.invalid > 0 && (
            <FailingLines
              path={path}
              contacts={live?.contacts}
              refetchInterval={isRunning ? 3 * REFRESH_MS : false}
            />
          )}
          <Results path={path} isRunning={isRunning} />
        </Stack>
      )}
      {isAsking && (
        <ContactsDialog
          title="Resume the run"
          description="The same contacts as at first, from the beginning. Others are refused before anything is sent."
          submit="Resume it"
          onContacts={resume}
          onClose={() => setAsking(false)}
        />
      )}
    </Page>
  )
}

function Results({ path, isRunning }: { path: string; isRunning: boolean }) {
  const filters = useUrlFilters()
  const outcome = filters.get('outcome')
  const {
    data: rows,
    error,
    refetch,
  } = useQuery({
    ...readDoor<ContactResult[]>(MARKETING_CLOUD, `${path}/results`, {
      query: { status: outcome || undefined },
    }),
    refetchInterval: isRunning ? 3 * REFRESH_MS : false,
  })
  return (
    <Stack tight>
      <div className={filterStyles.bar}>
        <FilterSelect
          label="Outcome"
          value={outcome}
          options={OUTCOMES}
          onChange={(value) => filters.set({ outcome: value })}
        />
        {rows && rows.length >= 1000 && (
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
