import { useQuery } from '@tanstack/react-query'
import { KeySquare } from 'lucide-react'
import { useMemo } from 'react'
import { Link, useLocation } from 'wouter'
import { read } from '../../api/query.ts'
import { sessionQuery } from '../../api/session.ts'
import { Page } from '../../app/page.tsx'
import filterStyles from '../../table/filters.module.css'
import { SearchBox } from '../../table/search-box.tsx'
import { useUrlFilters } from '../../table/url-filters.ts'
import { type Column, VirtualTable } from '../../table/virtual-table.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { NothingMatches, NothingYet } from '../../ui/empty-state.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Chip } from '../../ui/status-chip.tsx'
import { Time, useNow } from '../../ui/time.tsx'
import type { Caller } from './caller.ts'
import styles from './callers.module.css'
import { EndsAt } from './ends-at.tsx'

const columnsFor = (own: string | undefined): ReadonlyArray<Column<Caller>> => [
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(9rem, 1.4fr)',
    cell: ({ id, name }) => (
      <>
        <Link href={`/callers/${encodeURIComponent(id)}`}>{name}</Link>{' '}
        {id === own && <Chip text="You" tone="info" />}
      </>
    ),
  },
  {
    id: 'scopes',
    title: 'May',
    width: 'minmax(10rem, 2fr)',
    from: 720,
    cell: ({ scopes }) => (
      <span className={styles.scopes} title={scopes.join('\n')}>
        {scopes.slice(0, 3).map((scope) => (
          <Chip key={scope} text={scope} tone={scope === 'admin' ? 'warn' : 'rest'} />
        ))}
        {scopes.length > 3 && <span>+{scopes.length - 3}</span>}
      </span>
    ),
  },
  {
    id: 'used',
    title: 'Last used',
    width: 'minmax(6.5rem, 9rem)',
    cell: ({ last_used_at }) => <Time at={last_used_at} />,
  },
  {
    id: 'ends',
    title: 'Ends',
    width: '9rem',
    from: 480,
    cell: ({ expires_at }) => <EndsAt at={expires_at} />,
  },
  {
    id: 'created',
    title: 'Created',
    width: '9rem',
    from: 960,
    cell: ({ created_at }) => <Time at={created_at} />,
  },
]

/** Who may ask Bursar for anything: every key, with its rights and when it was used last. */
export default function CallerList() {
  const filters = useUrlFilters()
  const [, navigate] = useLocation()
  const { data: session } = useQuery(sessionQuery)
  const { data, error, refetch } = useQuery(read('/v1/callers'))
  const wanted = filters.get('q').toLowerCase()
  const now = useNow()
  const rows = useMemo(
    () =>
      (data?.items ?? [])
        .filter(({ id, name, scopes }) => [id, name, ...scopes].join(' ').toLowerCase().includes(wanted))
        .sort((a, b) => Number(isOver(a, now)) - Number(isOver(b, now)) || a.name.localeCompare(b.name)),
    [data, wanted, now],
  )
  const columns = useMemo(() => columnsFor(session?.caller.id), [session])
  return (
    <Page
      title="Callers"
      width="full"
      note="Programs and people that may ask Bursar, each with a key of its own."
      actions={
        <ButtonLink tone="primary" href="/callers/new">
          Create a caller
        </ButtonLink>
      }
    >
      <div className={filterStyles.bar}>
        <SearchBox
          label="Search name or right"
          value={filters.get('q')}
          onChange={(q) => filters.set({ q })}
        />
      </div>
      <Card flush>
        {error ? (
          <ErrorNotice error={error} onRetry={refetch} />
        ) : data === undefined ? (
          <Skeleton lines={6} />
        ) : rows.length > 0 ? (
          <VirtualTable
            label="Callers"
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            onOpen={({ id }) => navigate(`/callers/${encodeURIComponent(id)}`)}
          />
        ) : data.items.length > 0 ? (
          <NothingMatches what="callers" onClear={() => filters.clear()} />
        ) : (
          <NothingYet icon={KeySquare} title="No callers yet">
            A caller is a key with rights: one for each program makes it plain who used what.
          </NothingYet>
        )}
      </Card>
    </Page>
  )
}

const isOver = ({ expires_at }: Caller, now: number) => expires_at !== null && Date.parse(expires_at) <= now
