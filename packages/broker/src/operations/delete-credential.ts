import { BursarError } from '@bursar/domain/error.ts'
import type { TokenOutputs } from '@bursar/domain/exchange.ts'
import { planRevocation } from '@bursar/domain/revocation.ts'
import type { CredentialRow, DocumentUnit } from '../store/store.ts'
import { auditEntry } from './audit.ts'
import { notFound } from './credential-view.ts'
import type { Caller, Operations, Revisions } from './operations.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'
import { demandRevision } from './precondition.ts'
import { prepareRequest, resolveSecrets } from './request.ts'
import { openOutputs, openSecrets } from './sealed.ts'

type DeletePorts = Pick<
  Ports,
  'store' | 'envelope' | 'sources' | 'outbound' | 'signer' | 'clock' | 'random' | 'settings' | 'log'
>

/** Deletes at once, then revokes at the provider (RFC 7009) what was held; the answer says how that went. */
export async function deleteCredential(
  ports: DeletePorts,
  caller: Caller,
  name: string,
  /** What a door keeps beside it goes in the same write; and what it says of that in the audit trail. */
  { detail, ...documents }: DocumentUnit & { detail?: Record<string, unknown> } = {},
  revisions: Revisions = null,
): ReturnType<Operations['deleteCredential']> {
  demand(caller, { action: 'credentials:write' })
  const { store, clock, envelope } = ports
  const row = await store.credentials.get(caller.workspaceId, name)
  if (row === undefined) throw notFound(name)
  demandRevision(revisions, row.revision, name)
  const audit = auditEntry(caller, clock.now(), 'credential.delete', name, detail)
  const asRead = revisions === null ? null : row.revision
  const token = await store.credentials.delete(caller.workspaceId, row.id, audit, documents, asRead)
  if (token === undefined) {
    const now = await store.credentials.get(caller.workspaceId, name)
    if (now === undefined || now.revision === row.revision) throw notFound(name)
    // Changed since it was read just now: whether that is still what the caller means is asked anew.
    return deleteCredential(ports, caller, name, { ...documents, ...(detail && { detail }) }, revisions)
  }
  return { name, revocation: await revoke(ports, row, openOutputs(envelope, token)) }
}

/** Tells the provider that a token is of no more use. Never throws: what it could not do it says. */
export async function revoke(
  ports: DeletePorts,
  row: CredentialRow,
  outputs: TokenOutputs | null,
): Promise<{ outcome: string; detail: string }> {
  if (outputs === null) return { outcome: 'nothing_to_revoke', detail: 'There was no token.' }
  try {
    const secrets = await resolveSecrets(ports, row.workspaceId, openSecrets(ports.envelope, row))
    const input = { recipe: row.recipe, secrets, now: ports.clock.now(), randomId: ports.random.text(16) }
    const request = planRevocation(input, outputs)
    if (request === null) {
      return {
        outcome: 'not_supported',
        detail: 'The recipe names no revocation_url; the token lives on at the provider until it ends.',
      }
    }
    const { wire } = await prepareRequest(ports, request)
    const result = await ports.outbound.send(wire, {
      deadlineMs: ports.settings.upstreamDeadlineSeconds * 1000,
    })
    if (result.kind === 'no_answer') return { outcome: 'failed', detail: result.failure.detail }
    const { status } = result.answer
    return status >= 200 && status < 300
      ? { outcome: 'revoked', detail: `The provider answered ${status}.` }
      : { outcome: 'failed', detail: `The provider answered ${status}.` }
  } catch (error) {
    ports.log.warn('revocation_failed', { credential: row.name, error: (error as Error).name })
    // A message of a library may quote what it choked on.
    const detail = error instanceof BursarError ? error.detail : 'The request could not be made.'
    return { outcome: 'failed', detail }
  }
}
