import { BursarError } from '@bursar/domain/error.ts'
import { grantOf } from '@bursar/domain/grants/table.ts'
import { notFound } from './credential-view.ts'
import type { Caller, CredentialView, Operations, Revisions } from './operations.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'
import { demandRevision } from './precondition.ts'
import { replacePrevious } from './previous-secret.ts'
import { demandNotOfSecret } from './reactor/owned-secret.ts'
import { openSecrets } from './sealed.ts'
import { updateCredential } from './update-credential.ts'

export interface SecretRotationOrder {
  secret: string
  value: unknown
  keepOldSeconds: number
  validate: boolean
}

export interface SecretRotationResult {
  view: CredentialView
  /** Whether the new secret got a token before it was saved. */
  validated: boolean
  oldUntil: number | null
}

type RotatePorts = Pick<Ports, 'store' | 'envelope' | 'signer' | 'clock' | 'settings'> & {
  operations: Pick<Operations, 'validate'>
}

/**
 * Replaces a secret: the new one is tried first where that is harmless, and nothing is changed when it is
 * refused. The old one is kept for a while, and used where the provider refuses the new one.
 */
export async function rotateSecret(
  ports: RotatePorts,
  caller: Caller,
  name: string,
  order: SecretRotationOrder,
  revisions: Revisions,
): Promise<SecretRotationResult> {
  demand(caller, { action: 'credentials:write' })
  const { store, envelope, clock, operations } = ports
  const { secret, value, keepOldSeconds } = order
  const row = await store.credentials.get(caller.workspaceId, name)
  if (row === undefined) throw notFound(name)
  await demandNotOfSecret(ports, caller, name, { secrets: { [secret]: value } })
  demandRevision(revisions, row.revision, name)
  const secrets = openSecrets(envelope, row)
  const old = Object.hasOwn(secrets, secret) ? secrets[secret] : undefined
  if (old === undefined) {
    throw new BursarError('request.invalid', {
      path: '/secret',
      detail: `The credential has no secret "${secret}".`,
      hint: `It has ${Object.keys(secrets).join(', ') || 'none'}.`,
    })
  }
  const grant = grantOf(row.recipe)
  // A person would have to consent, or a refresh token would be spent.
  const isHarmless = grant.consent === 'none' && grant.renewal !== 'only'
  const validated = order.validate && isHarmless
  if (validated) {
    const plain = Object.entries(secrets).map(([each, kept]) => [
      each,
      'value' in kept ? kept.value.reveal() : kept.reference,
    ])
    const trial = await operations.validate(caller, {
      recipe: row.recipe,
      secrets: { ...Object.fromEntries(plain), [secret]: value },
    })
    if (trial.valid !== true) throw refusedTrial(trial)
  }
  const oldUntil = keepOldSeconds === 0 ? null : clock.now() + keepOldSeconds
  const previous = oldUntil === null ? null : { name: secret, kept: old, until: oldUntil }
  const documents = await replacePrevious(ports, row, previous)
  const patch = { secrets: { [secret]: value } }
  // In one write: what is refused here takes nothing of an earlier rotation.
  const view = await updateCredential(ports, caller, name, patch, revisions, { documents })
  return { view, validated, oldUntil }
}

function refusedTrial(trial: Record<string, unknown>): BursarError {
  const { error, hints } = trial as { error?: { detail?: string | null }; hints?: readonly string[] }
  return new BursarError('exchange.refused', {
    path: '/value',
    detail: `The new secret brings no token: ${error?.detail ?? String(trial.kind)}`,
    hint: hints?.[0] ?? 'Nothing was changed; the old secret is used as before.',
  })
}
