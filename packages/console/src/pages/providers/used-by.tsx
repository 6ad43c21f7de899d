import { useQuery } from '@tanstack/react-query'
import { KeyRound } from 'lucide-react'
import { Link } from 'wouter'
import { read } from '../../api/query.ts'
import { Card } from '../../ui/card.tsx'
import { NothingYet } from '../../ui/empty-state.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Chip, StatusChip } from '../../ui/status-chip.tsx'
import styles from './providers.module.css'

const SHOWN = 50

/** Credentials of a provider, with the version each was made with. */
export function UsedBy({ name, newest }: { name: string; newest: number }) {
  const { data, error, refetch } = useQuery(
    read('/v1/credentials', { query: { provider: name, limit: SHOWN, total: 'true' } }),
  )
  if (error) return <ErrorNotice error={error} onRetry={refetch} />
  if (data === undefined) return <Skeleton lines={4} />
  if (data.items.length === 0) {
    return (
      <NothingYet icon={KeyRound} title="No credential uses it">
        A credential names its provider, and brings what differs.
      </NothingYet>
    )
  }
  const more = (data.total ?? 0) - data.items.length
  return (
    <Card>
      <ul className={styles.list}>
        {data.items.map(({ id, name: credential, status, provider }) => (
          <li key={id}>
            <Link href={`/credentials/${encodeURIComponent(credential)}`}>{credential}</Link>
            <span>
              {provider && provider.version < newest && (
                <Chip tone="warn" text={`version ${provider.version}`} title="There is a newer version." />
              )}{' '}
              <StatusChip status={status} />
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && (
        <p className={styles.quiet}>
          and <Link href={`/credentials?provider=${encodeURIComponent(name)}`}>{more} more</Link>
        </p>
      )}
    </Card>
  )
}
