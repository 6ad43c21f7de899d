import { useState } from 'react'
import { Link } from 'wouter'
import { call } from '../../api/call.ts'
import { invalidate } from '../../api/query.ts'
import { useMay } from '../../app/permission.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { StatusChip } from '../../ui/status-chip.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import styles from './overview.module.css'
import type { OverviewData } from './overview-data.ts'

type Failure = OverviewData['failures']['items'][number]

const pathOf = (name: string, rest = '') => `/credentials/${encodeURIComponent(name)}${rest}`

/** What does not work, why, and the one thing that helps. */
export function Failures({ failures }: Pick<OverviewData, 'failures'>) {
  const more = failures.total - failures.items.length
  return (
    <Card title="Needs attention" note="The worst first.">
      <ul className={styles.failures}>
        {failures.items.map((failure) => (
          <li key={failure.name} className={styles.failure}>
            <StatusChip status={failure.status} />
            <div className={styles.why}>
              <Link href={pathOf(failure.name)} className={styles.who}>
                {failure.name}
              </Link>
              <p className={styles.quiet}>
                {failure.reason?.detail}{' '}
                {failure.reason && (
                  <>
                    Since <Time at={failure.reason.since} />.
                  </>
                )}{' '}
                {failure.token_ends_at && (
                  <>
                    The token at hand ends <Time at={failure.token_ends_at} />.
                  </>
                )}
              </p>
            </div>
            <MendButton failure={failure} />
          </li>
        ))}
      </ul>
      {more > 0 && (
        <p className={styles.quiet}>
          And {more} more. <Link href="/credentials?sort=status">All credentials by status</Link>
        </p>
      )}
    </Card>
  )
}

function MendButton({ failure: { name, mend } }: { failure: Failure }) {
  const mayWrite = useMay('credentials:write')
  const [isBusy, setBusy] = useState(false)
  if (!mayWrite || mend === null || mend === 'wait' || mend === 'operate') {
    return (
      <ButtonLink small href={pathOf(name, '?tab=exchanges')}>
        Look
      </ButtonLink>
    )
  }
  if (mend === 'edit') {
    return (
      <ButtonLink small href={pathOf(name, '/edit')}>
        Edit
      </ButtonLink>
    )
  }
  if (mend === 'connect') {
    return (
      <ButtonLink small href={pathOf(name, '?connect=1')}>
        Sign in
      </ButtonLink>
    )
  }
  const act = async () => {
    setBusy(true)
    const params = { name }
    try {
      if (mend === 'resume') await call('POST', '/v1/credentials/{name}/resume', { params })
      else {
        const { kind } = await call('POST', '/v1/credentials/{name}/exchange', { params })
        if (kind !== 'token') throw new Error(`The exchange ended as “${kind}”.`)
      }
      toast.done(`${name} works again.`)
    } catch (error) {
      toast.failed(error)
    } finally {
      setBusy(false)
      void invalidate('/v1/overview', '/v1/credentials')
    }
  }
  return (
    <Button small busy={isBusy} onClick={act}>
      {mend === 'resume' ? 'Resume' : 'Try again'}
    </Button>
  )
}
