import type { AnswerOf } from '@bursar/domain/api/table.ts'
import type { ReactNode } from 'react'
import type { List } from '../../table/list-card.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Chip } from '../../ui/status-chip.tsx'
import styles from './settings.module.css'

type Setting = AnswerOf<'listSettings'>['items'][number]

export const ORIGINS = {
  flag: { title: 'Flag', tone: 'info' },
  environment: { title: 'Environment', tone: 'info' },
  file: { title: 'File', tone: 'info' },
  default: { title: 'Default', tone: 'rest' },
} as const

/** Settings with what they are, their value and where it came from. */
export function SettingList({
  label,
  list,
  empty,
}: {
  label: string
  list: List<Setting>
  empty: ReactNode
}) {
  const { rows, error, retry } = list
  if (error) return <ErrorNotice error={error} onRetry={() => void retry()} />
  if (rows === undefined) return <Skeleton lines={6} />
  if (rows.length === 0) return empty
  return (
    <ul className={styles.settings} aria-label={label}>
      {rows.map(({ name, env, value, origin, description }) => (
        <li key={name} className={styles.setting}>
          <div>
            <code>{env}</code>
            <p className={styles.description}>{description}</p>
          </div>
          <div className={styles.value}>{value === '' ? <Quiet>not set</Quiet> : <code>{value}</code>}</div>
          <div>
            <Chip tone={ORIGINS[origin].tone} text={ORIGINS[origin].title} />
          </div>
        </li>
      ))}
    </ul>
  )
}
