import type { LucideIcon } from 'lucide-react'
import { SearchX } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import styles from './empty-state.module.css'

/** Nothing is here yet: says what will be, and how to begin. */
export function NothingYet({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon: LucideIcon
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className={styles.empty}>
      <span className={styles.icon}>
        <Icon size={22} aria-hidden="true" />
      </span>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  )
}

/** There are some, but the filters show none. */
export function NothingMatches({ what, onClear }: { what: string; onClear: () => void }) {
  return (
    <NothingYet
      icon={SearchX}
      title={`No ${what} match`}
      action={<Button onClick={onClear}>Clear the filters</Button>}
    >
      Nothing fits the search and filters above.
    </NothingYet>
  )
}
