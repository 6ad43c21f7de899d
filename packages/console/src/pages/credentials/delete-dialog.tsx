import { useState } from 'react'
import { useLocation } from 'wouter'
import { call } from '../../api/call.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { credentialsChanged } from './actions.ts'
import type { Credential } from './credential.ts'
import { UsedBy } from './used-by.tsx'

/** Shows who still reaches it, asks for its name, revokes, deletes, and says how the revocation went. */
export function DeleteDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const { name } = credential
  const [, navigate] = useLocation()
  const [revocation, setRevocation] = useState<{ outcome: string; detail: string } | null>(null)
  const leave = () => {
    void credentialsChanged()
    navigate('/credentials')
  }
  if (revocation !== null) {
    return (
      <Dialog
        open
        onClose={leave}
        title={`${name} was deleted`}
        description={revocation.detail}
        actions={
          <Button tone="primary" onClick={leave}>
            Done
          </Button>
        }
      />
    )
  }
  return (
    <ConfirmByName
      open
      onClose={onClose}
      staysOpen
      title={`Delete ${name}`}
      name={name}
      verb="Delete"
      onConfirm={async () => {
        const answer = await call('DELETE', '/v1/credentials/{name}', { params: { name } })
        setRevocation(answer.revocation)
      }}
    >
      <Notice tone="warn">
        Its token is revoked at the provider where that can be done, and nobody gets another. This can not be
        undone.
      </Notice>
      <UsedBy name={name} />
    </ConfirmByName>
  )
}
