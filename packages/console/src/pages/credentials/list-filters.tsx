import type { AnswerOf } from '@bursar/domain/api/table.ts'
import filterStyles from '../../table/filters.module.css'
import { FilterSelect, SearchBox } from '../../table/search-box.tsx'
import type { UrlFilters } from '../../table/url-filters.ts'
import { Button } from '../../ui/button.tsx'
import { type ShownStatus, STATUS_LOOKS } from '../../ui/status-chip.tsx'
import { kindOfGrant } from './kinds.ts'

/** Names in the address, which are those of the API. */
export const FILTERS = ['q', 'status', 'grant', 'provider', 'environment', 'label'] as const

type Facets = AnswerOf<'getFacets'>
type Counted = Facets['statuses']

/** Search and choices; what no credential has is not offered. */
export function ListFilters({ filters, facets }: { filters: UrlFilters; facets: Facets | undefined }) {
  const choice = (
    name: string,
    label: string,
    values: Counted | undefined,
    title = (value: string) => value,
  ) => {
    const value = filters.get(name)
    const options = (values ?? []).map((one) => ({
      value: one.value,
      title: `${title(one.value)} (${one.credentials})`,
    }))
    if (value !== '' && !options.some((one) => one.value === value))
      options.push({ value, title: title(value) })
    if (options.length < 2 && value === '') return null
    return (
      <FilterSelect
        key={name}
        label={label}
        value={value}
        options={options}
        onChange={(next) => filters.set({ [name]: next })}
      />
    )
  }
  const labels = facets?.labels.map(({ name, value, credentials }) => ({
    value: `${name}=${value}`,
    credentials,
  }))
  return (
    <div className={filterStyles.bar}>
      <SearchBox label="Search credentials" value={filters.get('q')} onChange={(q) => filters.set({ q })} />
      {choice(
        'status',
        'Status',
        facets?.statuses,
        (value) => STATUS_LOOKS[value as ShownStatus]?.title ?? value,
      )}
      {choice('grant', 'Kind', facets?.grants, (value) => kindOfGrant(value)?.title ?? value)}
      {choice('provider', 'Provider', facets?.providers)}
      {choice('environment', 'Environment', facets?.environments)}
      {choice('label', 'Label', labels)}
      {filters.isFiltered(...FILTERS) && (
        <Button tone="quiet" onClick={() => filters.clear('sort')}>
          Clear
        </Button>
      )}
    </div>
  )
}
