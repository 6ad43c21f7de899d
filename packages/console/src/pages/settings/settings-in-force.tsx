import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { useQuery } from '@tanstack/react-query'
import { SlidersHorizontal } from 'lucide-react'
import { read } from '../../api/query.ts'
import { Stack } from '../../app/page.tsx'
import filterStyles from '../../table/filters.module.css'
import { ListCard, listOfQuery } from '../../table/list-card.tsx'
import { FilterSelect, SearchBox } from '../../table/search-box.tsx'
import { useUrlFilters } from '../../table/url-filters.ts'
import type { Column } from '../../table/virtual-table.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { NothingMatches, NothingYet } from '../../ui/empty-state.tsx'
import { Chip } from '../../ui/status-chip.tsx'

export type Setting = AnswerOf<'listSettings'>['items'][number]

const ORIGINS = {
  flag: { title: 'Flag', tone: 'info' },
  environment: { title: 'Environment', tone: 'info' },
  file: { title: 'File', tone: 'info' },
  default: { title: 'Default', tone: 'rest' },
} as const

export const SETTING_COLUMNS: ReadonlyArray<Column<Setting>> = [
  {
    id: 'name',
    title: 'Setting',
    width: 'minmax(9rem, 1.2fr)',
    cell: ({ env }) => <code>{env}</code>,
  },
  {
    id: 'value',
    title: 'Value',
    width: 'minmax(6rem, 1.4fr)',
    cell: ({ value }) => (value === '' ? <Quiet>not set</Quiet> : <code title={value}>{value}</code>),
  },
  {
    id: 'origin',
    title: 'From',
    width: '7rem',
    from: 520,
    cell: ({ origin }) => <Chip tone={ORIGINS[origin].tone} text={ORIGINS[origin].title} />,
  },
  {
    id: 'description',
    title: 'What it is',
    width: 'minmax(10rem, 2.6fr)',
    from: 880,
    cell: ({ description }) => <span title={description}>{description}</span>,
  },
]

/** Every setting of the node that answers, with where its value comes from. Secrets are not told. */
export function SettingsInForce() {
  const filters = useUrlFilters()
  const query = useQuery(read('/v1/settings'))
  const [text, origin] = [filters.get('q').toLowerCase(), filters.get('origin')]
  const list = listOfQuery(query)
  const rows = list.rows?.filter(
    (setting) =>
      (origin === '' || setting.origin === origin) &&
      `${setting.env} ${setting.flag ?? ''} ${setting.description}`.toLowerCase().includes(text),
  )
  return (
    <Stack tight>
      <div className={filterStyles.bar}>
        <SearchBox label="Search settings" value={filters.get('q')} onChange={(q) => filters.set({ q })} />
        <FilterSelect
          label="From"
          value={origin}
          options={Object.entries(ORIGINS).map(([value, { title }]) => ({ value, title }))}
          onChange={(value) => filters.set({ origin: value })}
        />
      </div>
      <ListCard
        label="Settings in force"
        list={{ ...list, rows }}
        columns={SETTING_COLUMNS}
        keyOf={({ name }) => name}
        empty={
          filters.isFiltered('q', 'origin') ? (
            <NothingMatches what="settings" onClear={() => filters.clear('tab')} />
          ) : (
            <NothingYet icon={SlidersHorizontal} title="There are no settings" />
          )
        }
      />
      <p>
        <Quiet>
          A setting is changed where it comes from, and counts from the next start. Secrets are never told.
        </Quiet>
      </p>
    </Stack>
  )
}
