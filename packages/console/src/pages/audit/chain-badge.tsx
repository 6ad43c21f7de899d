import { useQuery } from '@tanstack/react-query'
import { CircleX, LoaderCircle, ShieldCheck } from 'lucide-react'
import { read } from '../../api/query.ts'
import { Chip } from '../../ui/status-chip.tsx'
import styles from './audit.module.css'

/** Whether the chain of hashes holds from the first line to the last; Bursar walks it. */
export function ChainBadge() {
  const { data, error } = useQuery({ ...read('/v1/audit/verification'), staleTime: 60_000 })
  return (
    <span role="status" className={styles.badge}>
      {error ? (
        <Chip tone="warn" icon={CircleX} text="Chain not verified" title={error.message} />
      ) : data === undefined ? (
        <Chip tone="rest" icon={LoaderCircle} text="Verifying the chain" />
      ) : data.intact ? (
        <Chip
          tone="good"
          icon={ShieldCheck}
          text="Chain verified"
          title={`All ${data.entries} lines follow from each other.`}
        />
      ) : (
        <Chip
          tone="bad"
          icon={CircleX}
          text={`Chain broken at ${data.broken_at}`}
          title="This line, or one before it, is not what was written."
        />
      )}
    </span>
  )
}
