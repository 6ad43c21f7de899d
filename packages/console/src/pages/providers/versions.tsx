import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { read } from '../../api/query.ts'
import fieldStyles from '../../form/field.module.css'
import { useUrlFilters } from '../../table/url-filters.ts'
import { Card } from '../../ui/card.tsx'
import { classNames } from '../../ui/class-names.ts'
import { CodeBlock } from '../../ui/code-block.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { Diff } from './diff.tsx'
import type { Provider } from './provider.ts'
import styles from './providers.module.css'

/** Two versions side by side in one text; which two stands in the address. */
export function Versions({ provider: { name, version: newest } }: { provider: Provider }) {
  const filters = useUrlFilters()
  const within = (text: string, fallback: number) => {
    const number = Number(text)
    return Number.isInteger(number) && number >= 1 && number <= newest ? number : fallback
  }
  const after = within(filters.get('version'), newest)
  const before = within(filters.get('than'), Math.max(after - 1, 1))
  const newer = useVersion(name, after)
  const older = useVersion(name, before)
  const error = newer.error ?? older.error
  if (error) return <ErrorNotice error={error} />
  if (newer.data === undefined || older.data === undefined) return <Skeleton lines={8} />
  const { created_at, recipe } = newer.data
  return (
    <Card>
      <div className={styles.compare}>
        <VersionSelect
          label="Version"
          value={after}
          newest={newest}
          onChange={(version) => filters.set({ version, than: null })}
        />
        <VersionSelect
          label="Compared with"
          value={before}
          newest={newest}
          onChange={(than) => filters.set({ than })}
        />
        <p className={styles.quiet}>
          Version {after} was saved <Time at={created_at} />.
        </p>
      </div>
      {after === before ? (
        <CodeBlock label={`recipe of version ${after}`} text={JSON.stringify(recipe, null, 2)} />
      ) : (
        <Diff
          label={`Version ${before} and version ${after}`}
          before={shown(older.data)}
          after={shown(newer.data)}
        />
      )}
    </Card>
  )
}

const useVersion = (name: string, version: number) =>
  useQuery(read('/v1/providers/{name}', { params: { name }, query: { version } }))

const shown = ({ title, description, recipe }: Provider) => ({
  title: title ?? undefined,
  description: description ?? undefined,
  recipe,
})

function VersionSelect({
  label,
  value,
  newest,
  onChange,
}: {
  label: string
  value: number
  newest: number
  onChange: (version: string) => void
}) {
  const id = useId()
  return (
    <div className={fieldStyles.field}>
      <label htmlFor={id} className={fieldStyles.label}>
        {label}
      </label>
      <select
        id={id}
        className={classNames(fieldStyles.input)}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      >
        {Array.from({ length: newest }, (_, index) => newest - index).map((version) => (
          <option key={version} value={version}>
            {version}
          </option>
        ))}
      </select>
    </div>
  )
}
