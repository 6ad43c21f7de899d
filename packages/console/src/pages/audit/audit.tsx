import { useQuery } from '@tanstack/react-query'
import { Download, ScrollText } from 'lucide-react'
import { useMemo } from 'react'
import { read } from '../../api/query.ts'
import { Page } from '../../app/page.tsx'
import { useMay } from '../../app/permission.ts'
import { useUrlFilters } from '../../table/url-filters.ts'
import { usePages } from '../../table/use-pages.ts'
import { type Column, VirtualTable } from '../../table/virtual-table.tsx'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { NothingMatches, NothingYet } from '../../ui/empty-state.tsx'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import styles from './audit.module.css'
import type { AuditEntry } from './audit-entry.ts'
import { AuditFilters, FILTERS } from './audit-filters.tsx'
import { ChainBadge } from './chain-badge.tsx'
import { EntryDrawer } from './entry-drawer.tsx'
import { rangeOf } from './time-range.ts'

/** Who did what, newest first. What it is narrowed to stands in the address. */
export default function Audit() {
  const filters = useUrlFilters()
  const [actor, action, subject] = [filters.get('actor'), filters.get('action'), filters.get('subject')]
  const [when, from, to] = [filters.get('when'), filters.get('from'), filters.get('to')]
  const minute = Math.floor(Date.now() / 60_000)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a span moves on with the minutes
  const range = useMemo(() => rangeOf(when, from, to, Date.now()), [when, from, to, minute])
  const query = { actor, action, subject, ...range }
  const list = usePages<AuditEntry>('/v1/audit', { ...query, limit: 200 })
  const nameOf = useActorNames()
  const columns = useMemo(
    () => columnsFor(nameOf, (seq) => filters.set({ entry: String(seq) })),
    [nameOf, filters],
  )
  const isNarrowed = filters.isFiltered(...FILTERS)
  const opened = filters.get('entry')
  const place = list.rows.findIndex(({ seq }) => String(seq) === opened)
  return (
    <Page
      title="Audit"
      width="full"
      note="Every change, with who made it. Each line is sealed by the one after it."
      actions={
        <>
          <ChainBadge />
          <ExportMenu query={query} />
        </>
      }
    >
      <AuditFilters filters={filters} />
      <Card flush>
        {list.error ? (
          <ErrorNotice error={list.error} onRetry={list.retry} />
        ) : list.isLoading ? (
          <Skeleton lines={10} />
        ) : list.rows.length > 0 ? (
          <VirtualTable
            label="Audit trail"
            columns={columns}
            rows={list.rows}
            keyOf={({ seq }) => String(seq)}
            onEnd={list.loadMore}
            isDimmed={list.isStale}
            rowHeight={46}
            onOpen={({ seq }) => filters.set({ entry: String(seq) })}
          />
        ) : isNarrowed ? (
          <NothingMatches what="entries" onClear={() => filters.clear()} />
        ) : (
          <NothingYet icon={ScrollText} title="Nothing has happened yet" />
        )}
      </Card>
      <EntryDrawer
        entry={list.rows[place]}
        before={list.rows[place + 1]}
        nameOf={nameOf}
        onClose={() => filters.set({ entry: null })}
        onNarrow={(name, value) => filters.set({ [name]: value, entry: null })}
      />
    </Page>
  )
}

const columnsFor = (
  nameOf: (actor: string) => string,
  open: (seq: number) => void,
): ReadonlyArray<Column<AuditEntry>> => [
  {
    id: 'action',
    title: 'What',
    width: 'minmax(8rem, 1.2fr)',
    cell: ({ seq, action }) => (
      <button type="button" className={styles.open} onClick={() => open(seq)}>
        <code>{action}</code>
      </button>
    ),
  },
  { id: 'subject', title: 'On', width: 'minmax(8rem, 2fr)', from: 560, cell: ({ subject }) => subject },
  {
    id: 'actor',
    title: 'Who',
    width: 'minmax(6rem, 1.2fr)',
    from: 440,
    cell: ({ actor }) => <span title={actor}>{nameOf(actor)}</span>,
  },
  { id: 'at', title: 'When', width: '8.5rem', cell: ({ at }) => <Time at={at} /> },
  {
    id: 'seq',
    title: 'No.',
    width: '4.5rem',
    from: 900,
    align: 'end',
    cell: ({ seq }) => <span className={styles.quiet}>{seq}</span>,
  },
]

/** Names of callers for those who may list them; an id where there is none. */
function useActorNames(): (actor: string) => string {
  const mayList = useMay('admin')
  const { data } = useQuery({ ...read('/v1/callers'), enabled: mayList })
  return useMemo(() => {
    const names = new Map(data?.items.map(({ id, name }) => [id, name]))
    return (actor) => names.get(actor) ?? actor
  }, [data])
}

/** All that the filters match, as a file. */
function ExportMenu({ query }: { query: Readonly<Record<string, string | undefined>> }) {
  const save = (format: 'csv' | 'ndjson') => {
    const all: Record<string, string | undefined> = { ...query, format }
    const given = Object.entries(all).flatMap(([name, value]) => (value ? [[name, value]] : []))
    const href = `/v1/audit/export?${new URLSearchParams(given)}`
    Object.assign(document.createElement('a'), { href, download: `bursar-audit.${format}` }).click()
  }
  return (
    <Menu trigger={<Button icon={<Download size={15} aria-hidden="true" />}>Export</Button>}>
      <MenuItem onClick={() => save('csv')}>CSV, for a spreadsheet</MenuItem>
      <MenuItem onClick={() => save('ndjson')}>NDJSON, one object a line</MenuItem>
    </Menu>
  )
}
