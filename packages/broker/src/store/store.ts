import type { Credential } from '@bursar/domain/credential.ts'
import type { Condition } from '@bursar/domain/state.ts'
import type { ExpirySource } from '@bursar/domain/token.ts'
import type { AuditEntry, AuditTable } from './audit-table.ts'
import type { CredentialGroup, CredentialQuery } from './credential-query.ts'
import type { DocumentTable, DocumentUnit, EntryTable } from './document-table.ts'
import type { DataKeyTable, SealedTable, UsageTable } from './key-tables.ts'

export type * from './audit-table.ts'
export type { CredentialGroup, CredentialOrder, CredentialQuery } from './credential-query.ts'
export type * from './document-table.ts'
export type {
  DataKeyRow,
  DataKeyTable,
  SealedColumn,
  SealedTable,
  UsageRow,
  UsageTable,
} from './key-tables.ts'

/**
 * What the broker keeps, whatever the engine. Both adapters pass one contract suite. Every write method is
 * one atomic, durable unit: when its promise resolves, the rows survive a power cut. A method that loses a
 * compare-and-set answers `false` or `null`; faults of the database are thrown as
 * `BursarError('store.unavailable')`.
 *
 * Instants are Unix seconds. Sealed values are opaque bytes here.
 */
export interface Store {
  readonly engine: 'sqlite' | 'postgres'
  readonly meta: MetaTable
  readonly dataKeys: DataKeyTable
  readonly callers: CallerTable
  readonly providers: ProviderTable
  readonly credentials: CredentialTable
  readonly tokens: TokenTable
  readonly exchanges: ExchangeTable
  readonly authorizations: AuthorizationTable
  readonly audit: AuditTable
  readonly documents: DocumentTable
  readonly entries: EntryTable
  readonly sealed: SealedTable
  readonly usage: UsageTable
  /** Cheap round trip; rejects when the database can not be reached. */
  ping(): Promise<void>
  /** Tells every node a change that stands in no other table; it is forgotten within the hour. */
  announce(change: Change): Promise<void>
  /**
   * Calls the listener for every committed change of any node: at once for this node's own, by
   * notification or within {@link StoreOptions.pollSeconds} for those of others. Delivered at least once.
   */
  onChange(listener: (changes: readonly Change[]) => void): () => void
  /**
   * Unix seconds (of the clock handed in) at which a poll last reached the database and every change
   * committed before that moment had been delivered. Drives the offline grace.
   */
  readonly lastContactAt: number
  close(): Promise<void>
}

export interface StoreOptions {
  /** Unix seconds. */
  now: () => number
  /** How often changes of other nodes are looked for. */
  pollSeconds: number
  log: (event: string, fields: Record<string, unknown>) => void
}

export interface Change {
  /**
   * `pause`: a client of an origin is to be left alone. `reset`: this node was away for so long that changes are
   * lost; every copy it holds may be stale.
   */
  kind: 'credential' | 'token' | 'caller' | 'provider' | 'document' | 'pause' | 'reset'
  workspaceId: string
  /** Credential or caller id, provider name, what is said of a pause; empty for `reset`, as is the workspace. */
  subject: string
}

export interface MetaTable {
  get(key: string): Promise<string | undefined>
  /** Writes the value unless there is one; answers what is there afterwards. */
  setOnce(key: string, value: string): Promise<string>
  set(key: string, value: string): Promise<void>
}

export interface CallerRow {
  workspaceId: string
  id: string
  name: string
  /** SHA-256 of the whole key, hex. */
  keyHash: string
  scopes: readonly string[]
  expiresAt: number | null
  lastUsedAt: number | null
  createdAt: number
}
export interface CallerTable {
  insert(row: CallerRow, audit: AuditEntry): Promise<void>
  findByHash(keyHash: string): Promise<CallerRow | undefined>
  get(workspaceId: string, id: string): Promise<CallerRow | undefined>
  list(workspaceId: string): Promise<CallerRow[]>
  delete(workspaceId: string, id: string, audit: AuditEntry): Promise<boolean>
  /** Best effort, for display. Sends no change. */
  touch(used: ReadonlyArray<{ workspaceId: string; id: string; at: number }>): Promise<void>
  count(): Promise<number>
}

export interface ProviderRow {
  workspaceId: string
  name: string
  version: number
  recipe: Record<string, unknown>
  title: string | null
  createdAt: number
}
export interface ProviderTable {
  /** Version 1; `false` when the name is taken. */
  insert(row: Omit<ProviderRow, 'version'>, audit: AuditEntry): Promise<boolean>
  /** The next version; null when there is no such provider, or its version is not the expected one. */
  addVersion(
    row: Omit<ProviderRow, 'version'>,
    audit: AuditEntry,
    expectedVersion?: number,
  ): Promise<number | null>
  /** The newest version, or the one asked for. */
  get(workspaceId: string, name: string, version?: number): Promise<ProviderRow | undefined>
  list(workspaceId: string): Promise<ProviderRow[]>
  /** `in_use` while a credential names it. With a version, only where it is the newest: else `changed`. */
  delete(
    workspaceId: string,
    name: string,
    audit: AuditEntry,
    expectedVersion?: number,
  ): Promise<'deleted' | 'in_use' | 'changed' | 'not_found'>
}

/** A credential as stored: its secrets sealed in one value. */
export interface CredentialRow extends Credential {
  sealedSecrets: Uint8Array | null
  /** Grows only when recipe or secrets change, that is when a new token is due. */
  configRevision: number
}
export interface CredentialTable {
  /** With its token row and what a door keeps beside it. `false` when a name is taken. */
  insert(
    row: CredentialRow,
    token: NewTokenRow,
    audit: AuditEntry,
    documents?: DocumentUnit,
  ): Promise<boolean>
  get(workspaceId: string, name: string): Promise<CredentialRow | undefined>
  getById(workspaceId: string, id: string): Promise<CredentialRow | undefined>
  /** Sorted by name, each with its token facts. */
  list(query: CredentialQuery): Promise<Array<{ credential: CredentialRow; token: TokenRow }>>
  /** How many the filters of a query match, whatever its page. */
  count(query: CredentialQuery): Promise<number>
  groups(workspaceId: string): Promise<CredentialGroup[]>
  /** Labels with how many carry each, the most frequent first. */
  labels(workspaceId: string): Promise<Array<{ name: string; value: string; credentials: number }>>
  /**
   * How many tokens end, and how many are due for renewal, in each span of `seconds` from `from` on; spans in
   * which nothing happens are left out. Paused credentials are not renewed.
   */
  upcoming(at: {
    workspaceId: string
    from: number
    seconds: number
    spans: number
  }): Promise<Array<{ span: number; expires: number; refreshes: number }>>
  /**
   * Replaces configuration and condition where `revision` is still `expectedRevision`. `claimableAt`
   * undefined leaves the queue as it is; a live lease is waited for. With `expectedVersion` nothing is
   * written when the token moved in the meantime: new sealed outputs must never cover a newer token.
   */
  update(
    row: CredentialRow,
    expectedRevision: number,
    token: {
      claimableAt?: number | null
      sealed?: Uint8Array | null
      expectedVersion?: number
      /**
       * Forgets an unanswered intent: the refresh token it was about has been replaced by hand. An exchange that is
       * under way saves nothing more, since it would put back what came of the old one; its lease runs out.
       */
      clearIntent?: boolean
      /**
       * Another exchange may begin at once, and one that is under way saves nothing any more. One that has written an
       * intent keeps its lease: what comes of that must not be lost.
       */
      endLease?: boolean
    },
    audit: AuditEntry,
    documents?: DocumentUnit,
  ): Promise<boolean>
  /**
   * Removes credential, token and pending authorizations; answers the last token row. With a revision, only where
   * it is still the one.
   */
  delete(
    workspaceId: string,
    id: string,
    audit: AuditEntry,
    documents?: DocumentUnit,
    revision?: number | null,
  ): Promise<TokenRow | undefined>
  /** How many there are in each status, for `/v1/status` and metrics. */
  countByStatus(workspaceId?: string): Promise<Record<string, number>>
}

export interface TokenRow {
  workspaceId: string
  credentialId: string
  /** 0 before the first token; +1 with each new one. */
  version: number
  /** Sealed outputs; null before the first token. */
  sealed: Uint8Array | null
  tokenType: string | null
  issuedAt: number | null
  expiresAt: number | null
  expiresFrom: ExpirySource | null
  refreshDueAt: number | null
  /** When a refresher may take it; null is never. Moved past the lease's end by a claim. */
  claimableAt: number | null
  leaseId: string | null
  leaseUntil: number | null
  /** Set before a refresh token is spent, cleared with the outcome. */
  intentId: string | null
  intentAt: number | null
  /** Sealed raw answer that has not been turned into an outcome. */
  journal: Uint8Array | null
  /** Failed exchanges in a row. */
  failures: number
  /** Whether the provider rotates refresh tokens, as far as seen. */
  rotates: boolean | null
  /** Life in seconds learned from a 401 that nobody had announced; below zero while it is doubtful. */
  learnedSeconds: number | null
  updatedAt: number
}
/** A token row at the birth of its credential; the creating node may hold the lease from the start. */
export interface NewTokenRow {
  claimableAt: number | null
  leaseId: string | null
  leaseUntil: number | null
}

/** A token row held under a lease, with the credential read inside that lease. */
export interface Claim {
  credential: CredentialRow
  token: TokenRow
  leaseId: string
  leaseUntil: number
  /** When it was due, which the claim has moved past the lease's end; null was never. */
  dueAt: number | null
}

export interface Outcome {
  workspaceId: string
  credentialId: string
  /**
   * Fencing: the outcome is saved where `version` is still this, and lease or intent is still ours. Without a token
   * the intent is ours as long as nobody has written it again since; with `keepIntent` it has to stand.
   */
  expectedVersion: number
  leaseId: string
  intentId: string | null
  /** Present when a token came: version becomes `expectedVersion + 1`. */
  token?: {
    /** Null where the token is thrown away. */
    sealed: Uint8Array | null
    tokenType: string
    issuedAt: number
    expiresAt: number | null
    expiresFrom: ExpirySource
    refreshDueAt: number | null
    /** Null keeps what was known. */
    rotates: boolean | null
  }
  /**
   * Set where the token brought a refresh token of its own: whose token, if one was saved meanwhile, it replaces. That
   * of an exchange which began before this one, or, where a person brought it, of any.
   */
  replaces?: 'older' | 'any'
  /** When the next attempt is due; used while the credential's `configRevision` is as expected, else at once. */
  claimableAt: number | null
  expectedConfigRevision: number
  failures: number
  /** Raw answer to keep although it made no token; null clears it. */
  journal: Uint8Array | null
  /** True keeps `intentId` and `intentAt`: the answer never came. A token ends them all the same. */
  keepIntent: boolean
  /** Laid on the credential unless it is paused by now. Null leaves it. */
  condition: Condition | null
  /** Tell other nodes: their copy must not be served any more, or a waiter wants to know. */
  announce: boolean
  exchange: ExchangeRow | null
  now: number
}

export interface TokenTable {
  get(workspaceId: string, credentialId: string): Promise<TokenRow | undefined>
  /** Up to `limit` rows with `claimableAt <= now`, oldest first, each for one claimer only. */
  claimDue(at: { now: number; leaseSeconds: number; leaseId: string; limit: number }): Promise<Claim[]>
  /**
   * The lease of one credential, whether due or not.
   * `held` when another lease lives; null when there is no such credential.
   */
  claim(at: {
    workspaceId: string
    credentialId: string
    now: number
    leaseSeconds: number
    leaseId: string
  }): Promise<Claim | { held: true; leaseUntil: number } | null>
  /**
   * Written before a refresh token is spent. `false` when the lease is no longer ours, the version moved, or
   * the intent that stands is another than the claim showed: then a late answer has said more meanwhile. One
   * that is written again counts as one failure more until the outcome says otherwise.
   */
  saveIntent(at: {
    workspaceId: string
    credentialId: string
    leaseId: string
    expectedVersion: number
    expectedIntentId: string | null
    intentId: string
    now: number
  }): Promise<boolean>
  /** Keeps a sealed answer before it is judged. `false` when the intent or lease is no longer ours. */
  saveJournal(at: {
    workspaceId: string
    credentialId: string
    leaseId: string
    intentId: string | null
    journal: Uint8Array
  }): Promise<boolean>
  /** One statement saves the outcome and ends the lease. `false` when fenced off or deleted. */
  saveOutcome(outcome: Outcome): Promise<boolean>
  /**
   * Gives a lease back, due at `claimableAt`; where its configuration has changed under the lease, at once. Whatever
   * is in doubt stays so.
   */
  release(claim: Claim, at: { claimableAt: number | null; now: number }): Promise<void>
  /** Makes a token due at `claimableAt` (revocation seen, resume); moves nothing that is leased. */
  makeDue(at: { workspaceId: string; credentialId: string; claimableAt: number | null }): Promise<void>
  /** Remembers a life shorter than announced. */
  saveLearned(at: { workspaceId: string; credentialId: string; learnedSeconds: number }): Promise<void>
  /** The earliest `claimableAt` after `now`, for the refresher's alarm. */
  nextDueAt(): Promise<number | null>
}

export interface ExchangeRow {
  workspaceId: string
  id: string
  credentialId: string
  credentialName: string
  startedAt: number
  durationMs: number
  trigger: string
  kind: string
  /** Redacted, as presented. */
  record: Record<string, unknown>
}
export interface ExchangeTable {
  insert(row: ExchangeRow): Promise<void>
  /** Newest first. */
  list(at: {
    workspaceId: string
    credentialId: string
    before?: string
    limit: number
  }): Promise<ExchangeRow[]>
  last(workspaceId: string, credentialId: string): Promise<ExchangeRow | undefined>
  /** Removes records that started before; at most `limit` at a time; answers how many. */
  prune(before: number, limit: number): Promise<number>
}

export interface AuthorizationRow {
  workspaceId: string
  credentialId: string
  /** SHA-256 of the `state` or device code, hex. */
  stateHash: string
  kind: 'redirect' | 'device'
  /** Sealed PKCE verifier or device code. */
  sealed: Uint8Array
  redirectUri: string | null
  intervalSeconds: number | null
  expiresAt: number
  createdAt: number
}
export interface AuthorizationTable {
  insert(row: AuthorizationRow, audit: AuditEntry): Promise<void>
  /** Removes and answers it, once; undefined when unknown or expired at `now`. */
  consume(stateHash: string, now: number): Promise<AuthorizationRow | undefined>
  /** The pending device authorization of a credential, newest first. */
  device(workspaceId: string, credentialId: string, now: number): Promise<AuthorizationRow | undefined>
  slowDown(stateHash: string, intervalSeconds: number): Promise<void>
  remove(stateHash: string): Promise<void>
  prune(now: number): Promise<number>
}
