import { isResourceId } from '@bursar/domain/reactor/resource-type.ts'
import type { ProcessingError } from '@bursar/domain/reactor/secrets/processing-error.ts'
import { processingErrorFrom, processingErrorOf } from '@bursar/domain/reactor/secrets/processing-error.ts'
import { deriveSecretState, type SecretState } from '@bursar/domain/reactor/secrets/state.ts'
import { findSecretType } from '@bursar/domain/reactor/secrets/table.ts'
import type { DocumentRow, FoundDocument, HeldCredential } from '../../store/store.ts'
import type { Ports } from '../ports.ts'
import { keyOf, resourceNotFound } from './resources.ts'

/** What the document of a secret holds beside its name. */
export interface SecretBody {
  name: string
  type_of: string
  /** As answers show them. */
  credentials: Record<string, unknown>
  /** The token's version when it was made, changed or retried last. */
  sinceVersion: number
  /** The token's version when it was given its environment; null without one. */
  boundVersion: number | null
  /** Of its environment. */
  stage: string | null
}

/** A secret with what came of it. */
export interface SecretView {
  row: DocumentRow
  body: SecretBody
  environmentId: string | null
  state: SecretState
  /** The failed exchanges behind its state, newest first. */
  failures: readonly ProcessingError[]
  /** Shown once, in the answer to the call that made it. */
  authorization?: { url: string; expiresAt: number }
  /** What the authorization server answered to a test. */
  test?: Record<string, unknown>
}

export const bodyOf = (row: DocumentRow): SecretBody => row.body as unknown as SecretBody

/** Somebody deleted the credential by itself: what is left is the secret's own record, to be deleted. */
const orphaned = ({ updatedAt }: DocumentRow): HeldCredential => ({
  status: 'broken',
  reason: {
    code: 'credential.not_found',
    detail: 'The credential of this secret was deleted.',
    since: updatedAt,
    mender: 'admin',
  },
  version: 0,
  issuedAt: null,
  expiresAt: null,
  refreshDueAt: null,
})

const stateOf = (row: DocumentRow, held: HeldCredential): SecretState => {
  const { sinceVersion, boundVersion } = bodyOf(row)
  return deriveSecretState({ ...held, sinceVersion, boundVersion })
}

/** A failed refresh and the three attempts after it. */
const FAILURES_SHOWN = 4

export async function viewSecret(
  { store }: Pick<Ports, 'store'>,
  { row, held: found }: FoundDocument,
): Promise<SecretView> {
  const held = found ?? orphaned(row)
  const state = stateOf(row, held)
  const environmentId = row.groupId ?? null
  const view = { row, body: bodyOf(row), environmentId, state, failures: [] }
  if (!state.failing) return view
  const limit = state.status === 'failed' ? 1 : FAILURES_SHOWN
  const { workspaceId, id: credentialId } = row
  const last = await store.exchanges.list({ workspaceId, credentialId, limit })
  const { reason } = held
  if (reason?.exchangeId === undefined) {
    const at = reason === null ? null : new Date(reason.since * 1000).toISOString()
    return { ...view, failures: [processingErrorFrom(row.id, reason?.detail ?? '', at)] }
  }
  const window = findSecretType(bodyOf(row).type_of)?.window
  const since = last.findIndex(({ kind }) => kind === 'token')
  const failed = since < 0 ? last : last.slice(0, since)
  return { ...view, failures: failed.map(({ record }) => processingErrorOf(record, window)) }
}

/** The secret of this id with its credential; throws `reactor.not_found`. */
export async function findSecret(
  { store }: Pick<Ports, 'store'>,
  workspaceId: string,
  id: string,
): Promise<FoundDocument> {
  const key = keyOf(workspaceId, 'secrets', id)
  const found = isResourceId('secrets', id) ? await store.documents.getHeld(key) : undefined
  if (found === undefined) throw resourceNotFound('secrets')
  return found
}
