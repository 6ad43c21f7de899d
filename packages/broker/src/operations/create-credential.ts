import { BursarError } from '@bursar/domain/error.ts'
import { grantOf } from '@bursar/domain/grants/table.ts'
import type { CredentialRow, DocumentUnit } from '../store/store.ts'
import { auditEntry } from './audit.ts'
import { describeSecrets, keepSecrets, readCredentialInput } from './credential-input.ts'
import { loadView } from './credential-view.ts'
import type { Exchanger } from './exchange-now.ts'
import type { Caller, CredentialView } from './operations.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'
import { sealSecrets } from './sealed.ts'

type CreatePorts = Pick<Ports, 'store' | 'envelope' | 'signer' | 'clock' | 'random' | 'settings' | 'log'> & {
  exchanger: Exchanger
}

/**
 * Saves a credential as pending and begins its first exchange under a lease that is born with it. A crash
 * right after leaves it due once the lease has run out.
 */
export async function createCredential(
  ports: CreatePorts,
  caller: Caller,
  body: unknown,
  options: {
    waitSeconds?: number
    /** Where a door has an id for it already. */
    id?: string
    /** What a door keeps beside it, in the same write. */
    documents?: DocumentUnit
    /** What the door says of it in the audit trail. */
    detail?: Record<string, unknown>
  } = {},
): Promise<CredentialView> {
  demand(caller, { action: 'credentials:write' })
  const { store, envelope, clock, random, settings } = ports
  const { workspaceId } = caller
  const { input, provider } = await readCredentialInput(ports, workspaceId, body)
  const now = clock.now()
  const id = options.id ?? random.id()
  const kept = keepSecrets(input)
  const grant = grantOf(input.recipe)
  const consents = grant.consent !== 'none' && kept.refresh_token === undefined
  const row: CredentialRow = {
    workspaceId,
    id,
    name: input.name,
    provider,
    recipe: input.recipe,
    secrets: describeSecrets(kept, now),
    destinations: input.destinations,
    environment: input.environment,
    labels: input.labels,
    status: consents ? 'needs_sign_in' : 'pending',
    reason: consents
      ? {
          code: 'consent.missing',
          detail: 'Nobody has signed in yet.',
          since: now,
          mender: 'person',
          hint: `Start the sign-in: bursar credential connect ${input.name}.`,
        }
      : null,
    revision: 1,
    configRevision: 1,
    createdAt: now,
    updatedAt: now,
    sealedSecrets: sealSecrets(envelope, { workspaceId, id }, kept),
  }
  const leaseId = consents ? null : random.text(12)
  const leaseUntil = consents ? null : now + settings.leaseSeconds
  const token = { claimableAt: leaseUntil === null ? null : leaseUntil + 1, leaseId, leaseUntil }
  const audit = auditEntry(caller, now, 'credential.create', input.name, {
    grant: grant.type,
    ...options.detail,
  })
  if (!(await store.credentials.insert(row, token, audit, options.documents))) {
    throw new BursarError('credential.name_taken', {
      path: '/name',
      detail: `A credential named "${input.name}" exists already.`,
      hint: `Choose another name, or change the one that is there: bursar credential update ${input.name}.`,
    })
  }
  const created = await loadView(ports, workspaceId, input.name)
  if (leaseId === null || leaseUntil === null) return created

  const tokenRow = { ...created.token, sealed: null, journal: null }
  const exchange = ports.exchanger
    .underLease({ credential: row, token: tokenRow, leaseId, leaseUntil, dueAt: now }, 'create')
    .catch((error) => {
      ports.log.error('first_exchange_failed', {
        credential: input.name,
        error: String(error?.code ?? error?.name),
      })
    })
  if (options.waitSeconds === undefined || options.waitSeconds <= 0) return created
  const giveUp = new AbortController()
  await Promise.race([exchange, clock.wait(options.waitSeconds * 1000, giveUp.signal)])
  giveUp.abort()
  return loadView(ports, workspaceId, input.name)
}
