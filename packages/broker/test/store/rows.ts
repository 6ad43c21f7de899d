import { randomUUID } from 'node:crypto'
import type { AuditEntry, Claim, CredentialRow, NewTokenRow, Outcome, Store } from '../../src/store/store.ts'

export const WORKSPACE = 'default'

export function auditOf(subject: string, fields: Partial<AuditEntry> = {}): AuditEntry {
  return {
    workspaceId: WORKSPACE,
    at: 1_000,
    actor: 'system',
    action: 'credential.changed',
    subject,
    detail: {},
    ...fields,
  }
}

export function credentialOf(name: string, fields: Partial<CredentialRow> = {}): CredentialRow {
  return {
    workspaceId: WORKSPACE,
    id: randomUUID(),
    name,
    provider: null,
    recipe: {
      grant: 'client_credentials',
      lifetime: { expires_in_unit: 'seconds', rotation_grace_seconds: 0 },
      token_url: 'https://idp.example/token',
    },
    secrets: {},
    destinations: [],
    environment: null,
    labels: {},
    status: 'active',
    reason: null,
    revision: 1,
    createdAt: 1_000,
    updatedAt: 1_000,
    sealedSecrets: new Uint8Array([1, 2, 3]),
    configRevision: 1,
    ...fields,
  }
}

/** A credential in the store, its token due at `claimableAt`. */
export async function givenCredential(
  store: Store,
  name: string,
  claimableAt: number | null = 1_000,
  fields: Partial<CredentialRow> = {},
  token: Partial<NewTokenRow> = {},
): Promise<CredentialRow> {
  const row = credentialOf(name, fields)
  await store.credentials.insert(
    row,
    { claimableAt, leaseId: null, leaseUntil: null, ...token },
    auditOf(row.id),
  )
  return row
}

export async function claimOf(
  store: Store,
  credentialId: string,
  leaseId: string,
  now: number,
  leaseSeconds = 60,
) {
  return store.tokens.claim({ workspaceId: WORKSPACE, credentialId, now, leaseSeconds, leaseId })
}

/** Of a credential that nobody has a lease of. */
export async function leaseOf(...of: Parameters<typeof claimOf>): Promise<Claim> {
  const claim = await claimOf(...of)
  if (!isClaim(claim)) throw new Error('not claimed')
  return claim
}

export function isClaim(answer: Awaited<ReturnType<Store['tokens']['claim']>>): answer is Claim {
  return answer !== null && !('held' in answer)
}

export const NEW_TOKEN = {
  sealed: new Uint8Array([9, 8, 7]),
  tokenType: 'Bearer',
  issuedAt: 1_000,
  expiresAt: 4_600,
  expiresFrom: 'response' as const,
  refreshDueAt: 4_000,
  rotates: null,
}

/** What a refresher saves for a claim that brought a token. */
export function outcomeOf(claim: Claim, fields: Partial<Outcome> = {}): Outcome {
  return {
    workspaceId: claim.credential.workspaceId,
    credentialId: claim.credential.id,
    expectedVersion: claim.token.version,
    leaseId: claim.leaseId,
    intentId: null,
    token: NEW_TOKEN,
    claimableAt: 4_000,
    expectedConfigRevision: claim.credential.configRevision,
    failures: 0,
    journal: null,
    keepIntent: false,
    condition: { status: 'active', reason: null },
    announce: false,
    exchange: null,
    now: 1_001,
    ...fields,
  }
}

/** Waits for a condition that another node brings about, a few seconds at most. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let turn = 0; turn < 500; turn += 1) {
    if (await condition()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`Never happened: ${what}`)
}
