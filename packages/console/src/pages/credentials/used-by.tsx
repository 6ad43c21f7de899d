import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { useQuery } from '@tanstack/react-query'
import { read } from '../../api/query.ts'
import { useMay } from '../../app/permission.ts'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import styles from './detail.module.css'

type Caller = AnswerOf<'createCaller'>

/** Whether a scope such as `tokens:sales-*` reaches this credential. */
export function reaches(scope: string, name: string): boolean {
  if (scope === 'admin') return true
  const pattern = /^(?:tokens|proxy):(.+)$/.exec(scope)?.[1]
  if (pattern === undefined) return false
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(name)
}

/** The callers whose keys reach a credential, and when each was last seen. */
export function useCallersOf(name: string) {
  const isAdmin = useMay('admin')
  const query = useQuery({ ...read('/v1/callers'), enabled: isAdmin })
  const callers = (query.data?.items ?? []) as unknown as Array<Omit<Caller, 'key'>>
  return {
    isAdmin,
    isLoading: isAdmin && query.isPending,
    error: query.error,
    retry: query.refetch,
    callers: callers.filter(({ scopes }) => scopes.some((scope) => reaches(scope, name))),
  }
}

export function UsedBy({ name }: { name: string }) {
  const { isAdmin, isLoading, error, retry, callers } = useCallersOf(name)
  if (!isAdmin) return <p className={styles.quiet}>Only an administrator sees who may use it.</p>
  if (error) return <ErrorNotice error={error} onRetry={retry} />
  if (isLoading) return <Skeleton lines={2} />
  if (callers.length === 0) return <p className={styles.quiet}>No key reaches it.</p>
  return (
    <ul className={styles.used}>
      {callers.map((caller) => (
        <li key={caller.id}>
          <span>
            <strong>{caller.name}</strong>{' '}
            <span className={styles.quiet}>
              {caller.scopes.filter((scope) => reaches(scope, name)).join(', ')}
            </span>
          </span>
          <span className={styles.quiet}>
            last seen <Time at={caller.last_used_at} />
          </span>
        </li>
      ))}
    </ul>
  )
}
