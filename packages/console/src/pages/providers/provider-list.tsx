import { useQuery } from '@tanstack/react-query'
import { Boxes, Plus } from 'lucide-react'
import { useMemo } from 'react'
import { Link, useLocation } from 'wouter'
import { read } from '../../api/query.ts'
import { Page } from '../../app/page.tsx'
import { useMay } from '../../app/permission.ts'
import filterStyles from '../../table/filters.module.css'
import { SearchBox } from '../../table/search-box.tsx'
import { useUrlFilters } from '../../table/url-filters.ts'
import { type Column, VirtualTable } from '../../table/virtual-table.tsx'
import { ButtonLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { NothingMatches, NothingYet } from '../../ui/empty-state.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { PRESETS } from './presets.ts'
import type { Provider } from './provider.ts'
import styles from './providers.module.css'

type Row = Provider & { credentials: number }

const COLUMNS: ReadonlyArray<Column<Row>> = [
  {
    id: 'name',
    title: 'Name',
    width: 'minmax(9rem, 2fr)',
    cell: ({ name, title }) => (
      <>
        <Link href={`/providers/${encodeURIComponent(name)}`}>{name}</Link>
        {title && <span className={styles.quiet}> {title}</span>}
      </>
    ),
  },
  {
    id: 'grant',
    title: 'Grant',
    width: 'minmax(8rem, 1fr)',
    from: 620,
    cell: ({ recipe }) => <code>{recipe.grant ?? '–'}</code>,
  },
  { id: 'version', title: 'Version', width: '5rem', from: 460, cell: ({ version }) => version },
  {
    id: 'used',
    title: 'Used by',
    width: '8.5rem',
    cell: ({ credentials }) =>
      credentials === 0 ? (
        <span className={styles.quiet}>nothing</span>
      ) : credentials === 1 ? (
        '1 credential'
      ) : (
        `${credentials} credentials`
      ),
  },
  {
    id: 'changed',
    title: 'Last version',
    width: '9rem',
    from: 820,
    cell: ({ created_at }) => <Time at={created_at} />,
  },
]

/** Recipes that many credentials share: one's own, and presets to begin with. */
export default function ProviderList() {
  const filters = useUrlFilters()
  const [, navigate] = useLocation()
  const mayWrite = useMay('credentials:write')
  const { data, error, refetch } = useQuery(read('/v1/providers'))
  const { data: facets } = useQuery(read('/v1/facets'))
  const wanted = filters.get('q').toLowerCase()
  const rows = useMemo(() => {
    const used = new Map(facets?.providers.map(({ value, credentials }) => [value, credentials]))
    return (data?.items ?? [])
      .filter(({ name, title, recipe }) => `${name} ${title} ${recipe.grant}`.toLowerCase().includes(wanted))
      .map((provider): Row => ({ ...provider, credentials: used.get(provider.name) ?? 0 }))
  }, [data, facets, wanted])
  const presets = PRESETS.filter(({ title, note }) => `${title} ${note}`.toLowerCase().includes(wanted))
  return (
    <Page
      title="Providers"
      width="full"
      note="A provider is a recipe that many credentials share. Credentials keep the version they were made with."
      actions={
        mayWrite && (
          <ButtonLink tone="primary" href="/providers/new">
            Create a provider
          </ButtonLink>
        )
      }
    >
      <div className={filterStyles.bar}>
        <SearchBox label="Search providers" value={filters.get('q')} onChange={(q) => filters.set({ q })} />
      </div>
      <Card flush>
        {error ? (
          <ErrorNotice error={error} onRetry={refetch} />
        ) : data === undefined ? (
          <Skeleton lines={6} />
        ) : rows.length > 0 ? (
          <VirtualTable
            label="Providers"
            columns={COLUMNS}
            rows={rows}
            keyOf={({ name }) => name}
            onOpen={({ name }) => navigate(`/providers/${encodeURIComponent(name)}`)}
          />
        ) : data.items.length > 0 ? (
          <NothingMatches what="providers" onClear={() => filters.clear()} />
        ) : (
          <NothingYet icon={Boxes} title="No providers yet">
            Begin with a preset below, or with an empty recipe.
          </NothingYet>
        )}
      </Card>
      {mayWrite && presets.length > 0 && (
        <section aria-labelledby="presets" className={styles.presetSection}>
          <h2 id="presets">Presets</h2>
          <PresetCards presets={presets} />
        </section>
      )}
    </Page>
  )
}

/** Presets to begin with, as links. */
export const PresetCards = ({ presets }: { presets: typeof PRESETS }) => (
  <ul className={styles.presets}>
    {presets.map(({ id, title, note, recipe }) => (
      <li key={id}>
        <Link href={`/providers/new?from=${id}`} className={styles.preset}>
          <span className={styles.presetTitle}>
            {title} <Plus size={16} aria-hidden="true" />
          </span>
          <span className={styles.quiet}>{note}</span>
          <code className={styles.quiet}>{String(recipe.grant)}</code>
        </Link>
      </li>
    ))}
  </ul>
)
