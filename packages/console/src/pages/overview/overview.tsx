import { useQuery } from '@tanstack/react-query'
import { read } from '../../api/query.ts'
import { Page } from '../../app/page.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'

export default function Overview() {
  const { data, error, refetch } = useQuery(read('/v1/status'))
  return (
    <Page title="Overview">
      <Card title="This node">
        {error ? (
          <ErrorNotice error={error} onRetry={refetch} />
        ) : !data ? (
          <Skeleton />
        ) : (
          <Facts>
            <Fact name="Status">{data.status}</Fact>
            <Fact name="Version">{data.version}</Fact>
            <Fact name="Database">{data.engine}</Fact>
          </Facts>
        )}
      </Card>
    </Page>
  )
}
