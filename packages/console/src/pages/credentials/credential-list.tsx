import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { KeyRound } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import { Page } from '../../app/page.tsx'
import filterStyles from '../../table/filters.module.css'
import { SearchBox } from '../../table/search-box.tsx'
import { useUrlFilters } from '../../table/url-filters.ts'
import { usePages } from '../../table/use-pages.ts'
import { type Column, VirtualTable } from '../../table/virtual-table.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { NothingMatches, NothingYet } from '../../ui/empty-state.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { Time } from '../../ui/time.tsx'

type Credential = AnswerOf<'getCredential'>

const COLUMNS: ReadonlyArray<Column<Credential>> = [
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(9rem, 2fr)',
    cell: ({ name }) => <Link href={`/credentials/${encodeURIComponent(name)}`}>{name}</Link>,
  },
  { id: 'status', title: 'Status', width: '9rem', cell: ({ status }) => <StatusChip status={status} /> },
  {
    id: 'expires',
    title: 'Token ends',
    width: '9rem',
    from: 560,
    cell: ({ token }) => <Time at={token?.expires_at} none="–" />,
  },
]

export default function CredentialList() {
  const filters = useUrlFilters()
  const [, navigate] = useLocation()
  const list = usePages<Credential>('/v1/credentials', { q: filters.get('q'), limit: 100 })
  return (
    <Page
      title="Credentials"
      width="full"
      actions={
        <ButtonLink tone="primary" href="/credentials/new">
          Add credentials
        </ButtonLink>
      }
    >
      <div className={filterStyles.bar}>
        <SearchBox label="Search credentials" value={filters.get('q')} onChange={(q) => filters.set({ q })} />
      </div>
      <Card flush>
        {list.error ? (
          <ErrorNotice error={list.error} onRetry={list.retry} />
        ) : list.isLoading ? (
          <Skeleton lines={6} />
        ) : list.rows.length > 0 ? (
          <VirtualTable
            label="Credentials"
            columns={COLUMNS}
            rows={list.rows}
            keyOf={({ id }) => id}
            onEnd={list.loadMore}
            isDimmed={list.isStale}
            onOpen={({ name }) => navigate(`/credentials/${encodeURIComponent(name)}`)}
          />
        ) : filters.isFiltered('q') ? (
          <NothingMatches what="credentials" onClear={() => filters.clear()} />
        ) : (
          <NothingYet icon={KeyRound} title="No credentials yet" />
        )}
      </Card>
    </Page>
  )
}
