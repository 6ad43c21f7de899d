import { useQuery } from '@tanstack/react-query'
import { read } from '../../api/query.ts'
import { Stack } from '../../app/page.tsx'
import filterStyles from '../../table/filters.module.css'
import { listOfQuery } from '../../table/list-card.tsx'
import { FilterSelect, SearchBox } from '../../table/search-box.tsx'
import { useUrlFilters } from '../../table/url-filters.ts'
import { Card } from '../../ui/card.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { NothingMatches } from '../../ui/empty-state.tsx'
import { ORIGINS, SettingList } from './setting-list.tsx'

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
      <Card>
        <SettingList
          label="Settings in force"
          list={{ ...list, rows }}
          empty={<NothingMatches what="settings" onClear={() => filters.clear('tab')} />}
        />
      </Card>
      <p>
        <Quiet>
          A setting is changed where it comes from, and counts from the next start. Secrets are never told.
        </Quiet>
      </p>
    </Stack>
  )
}
