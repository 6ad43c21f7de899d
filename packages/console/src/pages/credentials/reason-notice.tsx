import { useMay } from '../../app/permission.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Time } from '../../ui/time.tsx'
import type { useActions } from './actions.ts'
import { needsPerson } from './connect-dialog.tsx'
import { type Credential, credentialPath } from './credential.ts'

const MENDERS: Readonly<Record<string, string>> = {
  nobody: 'Nothing to do.',
  provider: 'The provider has to mend this; Bursar asks again by itself.',
  admin: 'An administrator has to correct the configuration.',
  person: 'The person who signed in has to do it again.',
  operator: 'Whoever runs Bursar has to look at its machine.',
}

/** Why a credential does not work, since when, who can mend it, and the one thing that helps. */
export function ReasonNotice({
  credential,
  onConnect,
  actions,
}: {
  credential: Credential
  onConnect: () => void
  actions: ReturnType<typeof useActions>
}) {
  const mayWrite = useMay('credentials:write')
  const { reason, status, name } = credential
  if (reason === null || status === 'paused') return null
  const href = reason.exchange_id
    ? credentialPath(name, `?tab=exchanges&exchange=${encodeURIComponent(reason.exchange_id)}`)
    : credentialPath(name, '?tab=exchanges')
  return (
    <Notice
      tone={status === 'broken' ? 'bad' : 'warn'}
      title={reason.detail}
      action={
        <>
          <ButtonLink small href={href}>
            Show the exchange
          </ButtonLink>
          {mayWrite && needsPerson(credential) && reason.who === 'person' && (
            <Button small tone="primary" onClick={onConnect}>
              Sign in
            </Button>
          )}
          {mayWrite && reason.who === 'admin' && (
            <ButtonLink small tone="primary" href={credentialPath(name, '/edit')}>
              Edit
            </ButtonLink>
          )}
          {mayWrite && (reason.who === 'provider' || reason.who === 'operator') && (
            <Button small busy={actions.busy === 'refresh'} onClick={actions.refresh}>
              Try now
            </Button>
          )}
        </>
      }
    >
      {reason.hint ?? MENDERS[reason.who]} Since <Time at={reason.since} />. <code>{reason.code}</code>
    </Notice>
  )
}
