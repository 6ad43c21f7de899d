import { Link } from 'wouter'
import { STATUS_LOOKS } from '../../ui/status-chip.tsx'
import styles from './overview.module.css'
import type { OverviewData } from './overview-data.ts'

const SHOWN = ['active', 'degraded', 'needs_sign_in', 'broken', 'pending', 'paused'] as const

/** How many there are in each state; each leads to its list. */
export function StatusCounts({ credentials }: Pick<OverviewData, 'credentials'>) {
  return (
    <ul className={styles.counts} aria-label="Credentials by status">
      <li>
        <Link href="/credentials" className={styles.count}>
          <span className={styles.number}>{credentials.total.toLocaleString('en')}</span>
          <span className={styles.name}>Credentials</span>
        </Link>
      </li>
      {SHOWN.map((status) => {
        const { title, icon: Icon, tone } = STATUS_LOOKS[status]
        const number = credentials.by_status[status] ?? 0
        return (
          <li key={status}>
            <Link
              href={`/credentials?status=${status}`}
              className={styles.count}
              data-tone={number > 0 ? tone : undefined}
            >
              <span className={styles.number}>{number.toLocaleString('en')}</span>
              <span className={styles.name}>
                <Icon size={15} aria-hidden="true" />
                {title}
              </span>
            </Link>
          </li>
        )
      })}
    </ul>
  )
}
