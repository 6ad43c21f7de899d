import { useQuery } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { read } from '../../api/query.ts'
import { useMay } from '../../app/permission.ts'
import fieldStyles from '../../form/field.module.css'
import filterStyles from '../../table/filters.module.css'
import { FilterSelect, SearchBox } from '../../table/search-box.tsx'
import type { UrlFilters } from '../../table/url-filters.ts'
import { Button } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import { ACTION_GROUPS } from './actions.ts'
import styles from './audit.module.css'
import { fromLocal, SPANS, toLocal } from './time-range.ts'

/** Names under which the address keeps them. */
export const FILTERS = ['subject', 'action', 'actor', 'when', 'from', 'to'] as const

export function AuditFilters({ filters }: { filters: UrlFilters }) {
  const mayList = useMay('admin')
  const { data } = useQuery({ ...read('/v1/callers'), enabled: mayList })
  const [action, actor, when] = [filters.get('action'), filters.get('actor'), filters.get('when')]
  const actors = [
    { value: 'system', title: 'Bursar itself' },
    ...(data?.items ?? []).map(({ id, name }) => ({ value: id, title: name })),
  ]
  return (
    <div className={filterStyles.bar}>
      <SearchBox
        label="On exactly this name"
        value={filters.get('subject')}
        onChange={(subject) => filters.set({ subject })}
      />
      <FilterSelect
        label="What"
        value={action}
        options={withPresent(ACTION_GROUPS, action)}
        onChange={(next) => filters.set({ action: next })}
      />
      <FilterSelect
        label="Who"
        value={actor}
        options={withPresent(actors, actor)}
        onChange={(next) => filters.set({ actor: next })}
      />
      <FilterSelect
        label="When"
        value={when}
        options={SPANS}
        onChange={(next) => filters.set({ when: next, ...(next !== 'between' && { from: null, to: null }) })}
      />
      {when === 'between' && (
        <>
          <Moment label="From" value={filters.get('from')} onChange={(from) => filters.set({ from })} />
          <Moment label="Before" value={filters.get('to')} onChange={(to) => filters.set({ to })} />
        </>
      )}
      {filters.isFiltered(...FILTERS) && (
        <Button small tone="quiet" onClick={() => filters.clear()}>
          Clear
        </Button>
      )}
    </div>
  )
}

/** What the address names stays choosable, whoever wrote it there. */
const withPresent = (options: ReadonlyArray<{ value: string; title: string }>, present: string) =>
  present === '' || options.some(({ value }) => value === present)
    ? options
    : [...options, { value: present, title: present }]

function Moment({
  label,
  value,
  onChange,
}: {
  label: string
  value: string
  onChange: (instant: string) => void
}) {
  const id = useId()
  const [typed, setTyped] = useState(() => toLocal(value))
  return (
    <label htmlFor={id} className={styles.moment}>
      {label}
      <input
        id={id}
        type="datetime-local"
        className={classNames(fieldStyles.input, filterStyles.select)}
        value={typed}
        onChange={({ target }) => {
          setTyped(target.value)
          onChange(fromLocal(target.value))
        }}
      />
    </label>
  )
}
