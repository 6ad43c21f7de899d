import type { SecretFacts } from '@bursar/domain/credential.ts'
import type { DestinationRule } from '@bursar/domain/destination-rule.ts'
import type { Secret } from '@bursar/domain/secret.ts'
import type { TemplateProfile } from '@bursar/domain/template/engine.ts'
import type {
  AuditRow,
  CallerRow,
  CredentialRow,
  ExchangeRow,
  ProviderRow,
  TokenRow,
} from '../store/store.ts'

import type { ConnectLink } from './connect/link.ts'

/** A template to be tried. */
export interface RenderRequest {
  template: string
  context: Record<string, unknown>
  profile: TemplateProfile
}

/** Who asks. Made by `authenticate`; a console session or a verified JWT makes one as well. */
export interface Caller {
  workspaceId: string
  id: string
  name: string
  scopes: readonly string[]
  /** Of somebody at the console. */
  sessionId?: string
}

/** A credential with what is known of its token; sealed parts taken out. */
export interface CredentialView {
  credential: Omit<CredentialRow, 'sealedSecrets'>
  token: Omit<TokenRow, 'sealed' | 'journal'>
  lastExchange: ExchangeRow | null
}

/** The newest version of a provider, with what all of them share. */
export interface ProviderView extends ProviderRow {
  description: string | null
  secrets: Readonly<Record<string, SecretFacts>>
}

export interface TokenHandout {
  credentialId: string
  accessToken: Secret
  tokenType: string
  expiresAt: number | null
  version: number
  outputs: Readonly<Record<string, Secret>>
  /** The header a delivery sets; the value is safe for a header. */
  header: { name: string; value: Secret }
  destinations: readonly DestinationRule[]
}

export interface Explanation {
  allowed: boolean
  rule?: DestinationRule
  reasons: ReadonlyArray<{ code: string; detail: string; rule?: string }>
}

export interface StatusReport {
  status: 'ok' | 'degraded'
  version: string
  nodeId: string
  engine: 'sqlite' | 'postgres'
  /** Seconds since the database was last reached. */
  databaseAgeSeconds: number
  credentials: Record<string, number>
  spooled: number
}

/** Instants are Unix seconds; an action may end in `*`. */
export interface AuditFilter {
  actor?: string
  action?: string
  subject?: string
  from?: number
  to?: number
}

/** What `If-Match` allows; null where any will do. */
export type Revisions = readonly number[] | null

export type Page<T> = { items: readonly T[]; nextCursor: string | null }

/**
 * The verbs of the product. Doors, deliveries, loops and the command line call these and nothing else.
 * Every one checks the caller's scopes itself and throws `BursarError`.
 */
export interface Operations {
  /** From memory; `undefined` means that `authenticate` has to look. Hot path: no allocation, no promise. */
  authenticateFast(key: string): Caller | undefined
  /** Throws `caller.unauthenticated`. */
  authenticate(key: string): Promise<Caller>
  /** By the token of a session; throws `session.ended`. */
  authenticateSession(token: string): Promise<Caller>

  createCredential(caller: Caller, body: unknown, options?: { waitSeconds?: number }): Promise<CredentialView>
  listCredentials(
    caller: Caller,
    query: {
      status?: string
      provider?: string
      environment?: string
      q?: string
      grant?: string
      /** `name` or `name=value`. */
      label?: string
      /** Unix seconds. */
      expiringBefore?: number
      /** A {@link CredentialOrder}, with `-` in front backwards. */
      sort?: string
      withTotal?: boolean
      cursor?: string
      limit?: number
    },
  ): Promise<Page<CredentialView> & { total: number | null }>
  getCredential(caller: Caller, name: string): Promise<CredentialView>
  /** JSON merge patch (RFC 7396). Here and below, `revisions` are those it may have now; null is any. */
  updateCredential(
    caller: Caller,
    name: string,
    patch: unknown,
    revisions?: Revisions,
  ): Promise<CredentialView>
  /** Revokes at the provider where it can (RFC 7009) and says how that went. */
  deleteCredential(
    caller: Caller,
    name: string,
    revisions?: Revisions,
  ): Promise<{ name: string; revocation: { outcome: string; detail: string } }>
  pauseCredential(caller: Caller, name: string, revisions?: Revisions): Promise<CredentialView>
  resumeCredential(caller: Caller, name: string, revisions?: Revisions): Promise<CredentialView>

  /**
   * From memory: the hand-out when a fresh token is there, the caller may have it and nothing has to be
   * asked; `undefined` means that `useToken` has to look. Hot path: no promise, no SQL, no write.
   */
  useTokenFast(
    caller: Caller,
    name: string,
    delivery: 'token' | 'proxy',
    minTtlSeconds: number,
  ): TokenHandout | undefined
  useToken(
    caller: Caller,
    name: string,
    delivery: 'token' | 'proxy',
    minTtlSeconds: number,
  ): Promise<TokenHandout>
  /** After a 401 with `version`: a newer token, or null when asking again makes no sense now. */
  renewRejected(caller: Caller, name: string, version: number): Promise<TokenHandout | null>

  exchangeNow(caller: Caller, name: string): Promise<ExchangeRow>
  listExchanges(
    caller: Caller,
    name: string,
    query: { cursor?: string; limit?: number },
  ): Promise<Page<ExchangeRow>>
  /** One exchange with what is in the body; saves nothing. */
  validate(caller: Caller, body: unknown): Promise<Record<string, unknown>>
  /** The text of a template; throws `template.failed`. */
  renderTemplate(caller: Caller, request: RenderRequest): { output: string }
  explain(caller: Caller, request: { credential: string; url: string; method: string }): Promise<Explanation>
  /** The same decision for a delivery that already holds the rules. Pure, hot. */
  decide(destinations: readonly DestinationRule[], url: string, method: string): Explanation

  authorize(
    caller: Caller,
    name: string,
  ): Promise<{
    authorizationUrl: string
    expiresAt: number
    userCode?: string
    verificationUri?: string
  }>
  /** The browser came back (RFC 6749 §4.1.2). Answers the credential's name and how it ended. */
  completeConsent(query: {
    state?: string
    code?: string
    error?: string
    errorDescription?: string
    iss?: string
  }): Promise<{ name: string; status: string; detail: string }>

  createProvider(caller: Caller, body: unknown): Promise<ProviderView>
  listProviders(caller: Caller): Promise<readonly ProviderView[]>
  getProvider(caller: Caller, name: string, version?: number): Promise<ProviderView>
  putProvider(caller: Caller, name: string, body: unknown, versions?: Revisions): Promise<ProviderView>
  deleteProvider(caller: Caller, name: string, versions?: Revisions): Promise<void>

  /** A single-use address by which a person connects one credential of this provider. */
  createConnectLink(
    caller: Caller,
    provider: string,
    body: unknown,
  ): Promise<{ link: ConnectLink; url: string }>
  listConnectLinks(caller: Caller, provider: string): Promise<readonly ConnectLink[]>
  deleteConnectLink(caller: Caller, provider: string, id: string): Promise<void>

  createCaller(caller: Caller, body: unknown): Promise<{ caller: CallerRow; key: Secret }>
  listCallers(caller: Caller): Promise<readonly CallerRow[]>
  deleteCaller(caller: Caller, id: string): Promise<void>

  listAudit(caller: Caller, query: AuditFilter & { cursor?: string; limit?: number }): Promise<Page<AuditRow>>
  /** Walks the whole chain of the audit trail. */
  verifyAudit(caller: Caller): Promise<{ entries: number; brokenAt: number | null }>
  status(caller: Caller): Promise<StatusReport>
}
