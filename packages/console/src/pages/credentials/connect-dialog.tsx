import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { useQuery } from '@tanstack/react-query'
import { CircleCheck, ExternalLink } from 'lucide-react'
import { useEffect, useState } from 'react'
import { call } from '../../api/call.ts'
import { read } from '../../api/query.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { credentialsChanged } from './actions.ts'
import type { Credential } from './credential.ts'
import styles from './detail.module.css'

const PERSONAL: readonly string[] = ['authorization_code', 'device_code']

/** Whether a person has to sign in for it. */
export const needsPerson = ({ recipe }: Pick<Credential, 'recipe'>): boolean =>
  PERSONAL.includes(recipe.grant)

type Authorization = AnswerOf<'authorizeCredential'>

/** Starts a sign-in at the provider and waits until it has brought a token. */
export function ConnectDialog({ name, onClose }: { name: string; onClose: () => void }) {
  const [authorization, setAuthorization] = useState<Authorization | null>(null)
  const [before, setBefore] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  const { data: credential } = useQuery({
    ...read('/v1/credentials/{name}', { params: { name } }),
    refetchInterval: 1_500,
  })
  useEffect(() => {
    let isOver = false
    const start = async () => {
      try {
        const now = await call('GET', '/v1/credentials/{name}', { params: { name } })
        const started = await call('POST', '/v1/credentials/{name}/authorize', { params: { name } })
        if (isOver) return
        setBefore(now.token?.version ?? 0)
        setAuthorization(started)
      } catch (failure) {
        if (!isOver) setError(failure)
      }
    }
    void start()
    return () => {
      isOver = true
    }
  }, [name])
  const isDone = before !== null && (credential?.token?.version ?? 0) > before
  useEffect(() => {
    if (isDone) void credentialsChanged()
  }, [isDone])
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Connect ${name}`}
      description="A person signs in at the provider and agrees; Bursar keeps the tokens that come of it."
      actions={
        <Button tone={isDone ? 'primary' : 'plain'} onClick={onClose}>
          {isDone ? 'Done' : 'Close'}
        </Button>
      }
    >
      {error !== null ? (
        <ErrorNotice error={error} />
      ) : isDone ? (
        <p role="status" className={styles.connected}>
          <CircleCheck size={18} aria-hidden="true" /> Connected: a token came.
        </p>
      ) : authorization === null ? (
        <Skeleton lines={2} />
      ) : (
        <Waiting authorization={authorization} />
      )}
    </Dialog>
  )
}

function Waiting({ authorization }: { authorization: Authorization }) {
  const { authorization_url, user_code, verification_uri, expires_at } = authorization
  return (
    <div className={styles.steps}>
      {user_code && (
        <p>
          Open <code>{verification_uri}</code> and type <strong className={styles.code}>{user_code}</strong>{' '}
          <CopyButton text={user_code} name="Copy the code" />
        </p>
      )}
      <div className={styles.tokenWays}>
        <a href={authorization_url} target="_blank" rel="noreferrer" className={styles.go}>
          <ExternalLink size={16} aria-hidden="true" /> Sign in at the provider
        </a>
        <CopyButton text={authorization_url} label="Copy the link" />
      </div>
      <p role="status" className={styles.quiet}>
        Waiting for the sign-in. Whoever owns the account may do it: send them the link. It ends{' '}
        <Time at={expires_at} />.
      </p>
    </div>
  )
}
