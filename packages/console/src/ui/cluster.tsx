import type { ReactNode } from 'react'
import styles from './cluster.module.css'

/** Small things beside each other that wrap where there is no room. */
export const Cluster = ({ children }: { children: ReactNode }) => (
  <div className={styles.cluster}>{children}</div>
)

/** A line of less weight. */
export const Quiet = ({ children }: { children: ReactNode }) => (
  <span className={styles.quiet}>{children}</span>
)

/** What appears here is said by screen readers; while it is empty it takes no room. */
export const Live = ({ children }: { children: ReactNode }) => (
  <div role="status" className={styles.live}>
    {children}
  </div>
)
