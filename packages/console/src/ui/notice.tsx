import { CircleAlert, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { explainError } from '../api/problem.ts'
import { Button } from './button.tsx'
import styles from './notice.module.css'

const ICONS = { info: Info, warn: TriangleAlert, bad: CircleAlert, good: Info }

/** A remark that stays: what is so, and what to do about it. */
export function Notice({
  tone = 'info',
  title,
  children,
  action,
  alert,
}: {
  tone?: keyof typeof ICONS
  title?: ReactNode
  children?: ReactNode
  action?: ReactNode
  /** Said at once by screen readers. */
  alert?: boolean
}) {
  const Icon = ICONS[tone]
  return (
    <div className={styles.notice} data-tone={tone} role={alert ? 'alert' : undefined}>
      <Icon size={18} aria-hidden="true" />
      <div className={styles.words}>
        {title && <p className={styles.title}>{title}</p>}
        {children && <div>{children}</div>}
      </div>
      {action && <div className={styles.action}>{action}</div>}
    </div>
  )
}

/** A failure in words, with its hint and a way to try again. */
export function ErrorNotice({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { title, hint } = explainError(error)
  return (
    <Notice
      tone="bad"
      alert
      title={title}
      action={
        onRetry && (
          <Button small onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      {hint}
    </Notice>
  )
}
