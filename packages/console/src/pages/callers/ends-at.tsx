import { CircleX, Clock } from 'lucide-react'
import { Chip } from '../../ui/status-chip.tsx'
import { Time, useNow } from '../../ui/time.tsx'
import styles from './callers.module.css'

const SOON_MS = 14 * 86_400_000

/** When a key ends; one that has, or soon will, says so in words. */
export function EndsAt({ at }: { at: string | null }) {
  const now = useNow()
  if (at === null) return <Time at={null} />
  const left = Date.parse(at) - now
  if (left <= 0) return <Chip tone="bad" icon={CircleX} text="Has ended" title={at} />
  if (left > SOON_MS) return <Time at={at} />
  return (
    <span className={styles.soon}>
      <Clock size={14} aria-label="Soon:" role="img" /> <Time at={at} />
    </span>
  )
}
