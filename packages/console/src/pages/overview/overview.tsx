import { useQuery } from '@tanstack/react-query'
import { read } from '../../api/query.ts'
import { Columns, Page, Stack } from '../../app/page.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Failures } from './failures.tsx'
import { Health } from './health.tsx'
import { SetupList } from './setup-list.tsx'
import { StatusCounts } from './status-counts.tsx'
import { Traffic } from './traffic.tsx'
import { Upcoming } from './upcoming.tsx'

const POLL_MS = 10_000

/** How everything is, what comes next, and what to do about what does not work. */
export default function Overview() {
  const { data, error, refetch } = useQuery({ ...read('/v1/overview'), refetchInterval: POLL_MS })
  return (
    <Page title="Overview">
      {data === undefined ? (
        error ? (
          <ErrorNotice error={error} onRetry={refetch} />
        ) : (
          <Skeleton lines={8} />
        )
      ) : (
        <Stack>
          {!data.setup.done && <SetupList setup={data.setup} />}
          <StatusCounts credentials={data.credentials} />
          {data.failures.total > 0 && <Failures failures={data.failures} />}
          <Upcoming upcoming={data.upcoming} />
          <Columns>
            <Traffic traffic={data.traffic} />
            <Health health={data.health} />
          </Columns>
        </Stack>
      )}
    </Page>
  )
}
