import { ChevronRight } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { Link } from 'wouter'
import { classNames } from '../ui/class-names.ts'
import styles from './page.module.css'

/** Heading, way back and buttons of a page, and its content. */
export function Page({
  title,
  heading,
  note,
  above,
  actions,
  children,
  width = 'normal',
}: {
  /** In the tab of the browser, and as heading unless there is another. */
  title: string
  heading?: ReactNode
  note?: ReactNode
  /** The page that this one lies below. */
  above?: { title: string; path: string }
  actions?: ReactNode
  children: ReactNode
  /** Text reads well in a narrow column; lists may use all there is. */
  width?: 'narrow' | 'normal' | 'full'
}) {
  useEffect(() => {
    document.title = `${title} · Bursar`
  }, [title])
  return (
    <div className={classNames(styles.page, styles[width])}>
      <header className={styles.head}>
        <div className={styles.words}>
          {above && (
            <nav aria-label="Above this page" className={styles.above}>
              <Link href={above.path}>{above.title}</Link>
              <ChevronRight size={14} aria-hidden="true" />
            </nav>
          )}
          <h1>{heading ?? title}</h1>
          {note && <p className={styles.note}>{note}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  )
}

/** Columns that become one where there is no room. */
export const Columns = ({ children }: { children: ReactNode }) => (
  <div className={styles.columns}>{children}</div>
)

/** Things below each other. */
export const Stack = ({ children, tight }: { children: ReactNode; tight?: boolean }) => (
  <div className={classNames(styles.stack, tight && styles.tight)}>{children}</div>
)
