import styles from './progress.module.css'

/** How far something is, for eyes and for screen readers. */
export function Progress({ label, done, total }: { label: string; done: number; total: number }) {
  const percent = total === 0 ? 0 : Math.min(100, Math.floor((done / total) * 100))
  return (
    <div className={styles.frame}>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        className={styles.track}
      >
        <span className={styles.bar} style={{ inlineSize: `${percent}%` }} />
      </div>
      <span className={styles.words}>
        {done.toLocaleString('en')} of {total.toLocaleString('en')}
      </span>
    </div>
  )
}
