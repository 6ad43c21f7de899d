import { useQuery } from '@tanstack/react-query'
import { KeyRound, Plus } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { read } from '../../api/query.ts'
import { Page } from '../../app/page.tsx'
import { useMay } from '../../app/permission.ts'
import { useUrlFilters } from '../../table/url-filters.ts'
import { usePages } from '../../table/use-pages.ts'
import { type Column, VirtualTable } from '../../table/virtual-table.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { NothingMatches, NothingYet } from '../../ui/empty-state.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Chip, StatusChip } from '../../ui/status-chip.tsx'
import { Time } from '../../ui/time.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { type Credential, credentialPath } from './credential.ts'
import { kindOfGrant } from './kinds.ts'
import styles from './list.module.css'
import { FILTERS, ListFilters } from './list-filters.tsx'

const PAGE_SIZE = 200

export default function CredentialList() {
  const filters = useUrlFilters()
  const [, navigate] = useLocation()
  const mayWrite = useMay('credentials:write')
  const { data: facets } = useQuery(read('/v1/facets'))
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const sort = filters.get('sort') || 'name'
  const query = Object.fromEntries([...FILTERS, 'sort'].map((name) => [name, filters.get(name) || undefined]))
  const isFiltered = filters.isFiltered(...FILTERS)
  const list = usePages<Credential>(
    '/v1/credentials',
    { ...query, limit: PAGE_SIZE, total: 'true' },
    {
      refetchInterval: 15_000,
    },
  )
  const toggle = useCallback((name: string) => {
    setSelected((before) => {
      const next = new Set(before)
      if (!next.delete(name)) next.add(name)
      return next
    })
  }, [])
  const open = useCallback(({ name }: Credential) => navigate(credentialPath(name)), [navigate])
  const columns = useMemo(
    () => columnsOf(mayWrite ? { selected, toggle } : null),
    [mayWrite, selected, toggle],
  )
  const total = list.total ?? list.rows.length
  return (
    <Page
      title="Credentials"
      width="full"
      actions={
        mayWrite && (
          <ButtonLink tone="primary" href="/credentials/new" icon={<Plus size={16} aria-hidden="true" />}>
            Add credentials
          </ButtonLink>
        )
      }
    >
      <ListFilters filters={filters} facets={facets} />
      {selected.size > 0 && <BulkBar selected={selected} onClear={() => setSelected(new Set())} />}
      <Card flush>
        {list.error && list.rows.length === 0 ? (
          <ErrorNotice error={list.error} onRetry={list.retry} />
        ) : list.isLoading ? (
          <div className={styles.waiting}>
            <Skeleton lines={8} />
          </div>
        ) : list.rows.length > 0 ? (
          <VirtualTable
            label="Credentials"
            columns={columns}
            rows={list.rows}
            keyOf={({ id }) => id}
            total={total}
            onEnd={list.loadMore}
            isDimmed={list.isStale}
            sort={{ by: sort.replace(/^-/, ''), descending: sort.startsWith('-') }}
            onSort={(by, descending) => filters.set({ sort: `${descending ? '-' : ''}${by}` })}
            onOpen={open}
            rowHeight={rowHeight}
          />
        ) : isFiltered ? (
          <NothingMatches what="credentials" onClear={() => filters.clear('sort')} />
        ) : (
          <NothingYet
            icon={KeyRound}
            title="No credentials yet"
            action={
              mayWrite && (
                <ButtonLink tone="primary" href="/credentials/new">
                  Add the first
                </ButtonLink>
              )
            }
          >
            Add what your services sign in with. Bursar renews the tokens and lets them go only where they
            may.
          </NothingYet>
        )}
      </Card>
      <p className={styles.count} role="status">
        {list.rows.length > 0 &&
          `${total.toLocaleString('en')} ${total === 1 ? 'credential' : 'credentials'}`}
      </p>
    </Page>
  )
}

interface Selection {
  selected: ReadonlySet<string>
  toggle: (name: string) => void
}

function columnsOf(selection: Selection | null): ReadonlyArray<Column<Credential>> {
  return selection === null ? COLUMNS : [selectColumn(selection), ...COLUMNS]
}

const selectColumn = ({ selected, toggle }: Selection): Column<Credential> => ({
  id: 'select',
  title: <span className="visually-hidden">Selected</span>,
  width: '1.25rem',
  cell: ({ name }) => (
    <label className={styles.select}>
      <input
        type="checkbox"
        aria-label={`Select ${name}`}
        checked={selected.has(name)}
        onChange={() => toggle(name)}
      />
    </label>
  ),
})

const NameLink = ({ name }: Credential) => (
  <Link href={credentialPath(name)} className={styles.name} title={name}>
    {name}
  </Link>
)

/** Narrower than this, names and states side by side would leave neither room enough. */
const SIDE_BY_SIDE = 480

const rowHeight = (width: number) => (width < SIDE_BY_SIDE ? 68 : 52)

const COLUMNS: ReadonlyArray<Column<Credential>> = [
  {
    id: 'name-and-status',
    title: 'Name',
    width: '1fr',
    sort: 'name',
    below: SIDE_BY_SIDE,
    cell: (credential) => (
      <div className={styles.nameAndStatus}>
        <NameLink {...credential} />
        <StatusChip status={credential.display_status} />
      </div>
    ),
  },
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(5rem, 2fr)',
    sort: 'name',
    from: SIDE_BY_SIDE,
    cell: NameLink,
  },
  {
    id: 'status',
    title: 'Status',
    width: '8.75rem',
    from: SIDE_BY_SIDE,
    sort: 'status',
    cell: ({ display_status }) => <StatusChip status={display_status} />,
  },
  {
    id: 'kind',
    title: 'Kind',
    width: 'minmax(12.5rem, 1fr)',
    from: 900,
    cell: ({ recipe, provider }) => provider?.name ?? kindOfGrant(recipe.grant)?.title ?? recipe.grant,
  },
  {
    id: 'environment',
    title: 'Environment',
    width: '8rem',
    from: 1080,
    cell: ({ environment }) => environment ?? <span className={styles.none}>–</span>,
  },
  {
    id: 'expires',
    title: 'Token ends',
    width: '8.5rem',
    sort: 'expires_at',
    from: 620,
    cell: ({ token }) => <Time at={token?.expires_at} none="–" />,
  },
  {
    id: 'refresh',
    title: 'Next refresh',
    width: '8.5rem',
    sort: 'refresh_due_at',
    from: 760,
    cell: ({ token, status }) => <Time at={status === 'paused' ? null : token?.refresh_due_at} none="–" />,
  },
  {
    id: 'labels',
    title: 'Labels',
    width: 'minmax(8rem, 1.4fr)',
    from: 1400,
    cell: ({ labels }) => (
      <span className={styles.labels}>
        {Object.entries(labels).map(([name, value]) => (
          <Chip key={name} text={`${name}: ${value}`} />
        ))}
      </span>
    ),
  },
]
