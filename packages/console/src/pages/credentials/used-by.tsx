import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { useQuery } from '@tanstack/react-query'
import { read } from '../../api/query.ts'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import styles from './detail.module.css'

type Usage = AnswerOf<'getCredentialUsage'>

const DELIVERIES: Readonly<Record<string, string>> = { token: 'took the token', proxy: 'sent requests' }

/** Who used a credential, whose key reaches it, and what names it. */
export function UsedBy({ name }: { name: string }) {
  const { data, error, refetch } = useQuery(read('/v1/credentials/{name}/usage', { params: { name } }))
  if (error) return <ErrorNotice error={error} onRetry={refetch} />
  if (data === undefined) return <Skeleton lines={3} />
  const { uses, allowed, references } = data
  if (uses.length + allowed.length + references.length === 0) {
    return <p className={styles.quiet}>Nobody used it yet, and no key reaches it.</p>
  }
  return (
    <div className={styles.steps}>
      {uses.length > 0 && <Uses uses={uses} />}
      {allowed.length > 0 && (
        <div>
          <h3>Keys that reach it</h3>
          <ul className={styles.used}>
            {allowed.map(({ id, name: caller, scopes }) => (
              <li key={id}>
                <strong>{caller ?? id}</strong>
                <span className={styles.quiet}>{scopes.join(', ')}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {references.length > 0 && (
        <div>
          <h3>Named by</h3>
          <ul className={styles.used}>
            {references.map(({ door, kind, id, name: title }) => (
              <li key={door + kind + id}>
                <strong>{title ?? id}</strong>
                <span className={styles.quiet}>
                  {kind}, {door}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </div>
  )
}

const Uses = ({ uses }: Pick<Usage, 'uses'>) => (
  <div>
    <h3>Used by</h3>
    <ul className={styles.used}>
      {uses.map(({ caller, delivery, uses: times, last_used_at }) => (
        <li key={caller.id + delivery}>
          <strong>{caller.name ?? caller.id}</strong>
          <span className={styles.quiet}>
            {DELIVERIES[delivery]}, {times.toLocaleString('en')} {times === 1 ? 'time' : 'times'}, last{' '}
            <Time at={last_used_at} />
          </span>
        </li>
      ))}
    </ul>
  </div>
)
