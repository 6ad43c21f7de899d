import styles from './skeleton.module.css'

/** Grey lines where text will stand, of a like size, so that nothing jumps. */
export function Skeleton({ lines = 3, label = 'Loading' }: { lines?: number; label?: string }) {
  return (
    <div className={styles.lines} role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={String(index)} className={styles.line} aria-hidden="true" />
      ))}
    </div>
  )
}
