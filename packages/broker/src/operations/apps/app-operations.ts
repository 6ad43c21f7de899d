import type { AppConfig } from '@bursar/domain/issuing/app-input.ts'
import type { AppPage } from '@bursar/domain/issuing/app-page.ts'
import type { CompatOutcome } from '@bursar/domain/issuing/compat-page.ts'
import type { JwtClaims } from '@bursar/domain/issuing/jwt-claims-check.ts'
import type { JwtFault } from '@bursar/domain/issuing/jwt-fault.ts'
import type { KeyStatus, ScheduledKey } from '@bursar/domain/issuing/key-schedule.ts'
import type { StandardTokenRequest, TokenRefusal } from '@bursar/domain/issuing/token-request.ts'
import type { OutsideReference } from '@bursar/domain/outside-reference.ts'
import type { Secret } from '@bursar/domain/secret.ts'
import type { PublicJwk } from '../../issuer/jwk.ts'
import type { Caller, Page } from '../operations.ts'
import type { LoggedRow } from './entry-log.ts'

export interface AppPageView {
  name: string
  config: AppPage
  /** Of the JWTs; null for a page in compat mode, which adds no claims. */
  issuer: string | null
  createdAt: number
  updatedAt: number
}

/** A client secret that is taken, without itself. */
export interface ClientSecretFacts {
  id: string
  createdAt: number
  /** Null while no other follows. */
  endsAt: number | null
}

export interface AppView {
  page: string
  clientId: string
  config: AppConfig
  clientSecrets: readonly ClientSecretFacts[]
  signingSecret: { reference?: OutsideReference; updatedAt: number } | null
  /** Those that sign no more and still verify. */
  formerSigningSecrets: ReadonlyArray<{ reference?: OutsideReference; updatedAt: number; endsAt: number }>
  createdAt: number
  updatedAt: number
}

export interface SigningKeyView {
  name: string
  algorithm: string
  keys: ReadonlyArray<ScheduledKey & { status: KeyStatus; jwk: PublicJwk | null }>
  createdAt: number
  updatedAt: number
}

export interface RevocationView {
  page: string
  jti: string
  expiresAt: number
  createdAt: number
}

/** A page as a door knows it. */
export interface OpenPage {
  name: string
  mode: AppPage['mode']
}

/** What the table `HTTPProperties` takes of a request; the operation leaves secrets out. */
export interface RequestFacts {
  method: string
  /** Path and query as they came. */
  target: string
  host: string
  referrer: string
  userAgent: string
  address: string
  isSecure: boolean
}

export type TokenOutcome =
  | { kind: 'token'; token: string; expiresInSeconds: number; scope: readonly string[] }
  | { kind: 'refused'; refusal: TokenRefusal }

type PageQuery = { cursor?: string | undefined; limit?: number | undefined }

/** The verbs of token pages. Those with a caller check its scopes; the others are open to everybody. */
export interface AppOperations {
  createAppPage(caller: Caller, body: unknown): Promise<AppPageView>
  listAppPages(caller: Caller, query: PageQuery): Promise<Page<AppPageView>>
  getAppPage(caller: Caller, name: string): Promise<AppPageView>
  /** JSON merge patch (RFC 7396). */
  updateAppPage(caller: Caller, name: string, patch: unknown): Promise<AppPageView>
  /** With its apps. */
  deleteAppPage(caller: Caller, name: string): Promise<void>

  /** Whether a JWT holds; also while the page is not enabled. */
  checkAppToken(caller: Caller, page: string, token: string): Promise<{ claims: JwtClaims } | JwtFault>

  /** The client secret is null when the caller brought it. */
  createApp(
    caller: Caller,
    page: string,
    body: unknown,
  ): Promise<{ app: AppView; clientSecret: Secret | null }>
  listApps(caller: Caller, page: string, query: PageQuery): Promise<Page<AppView>>
  getApp(caller: Caller, page: string, clientId: string): Promise<AppView>
  updateApp(caller: Caller, page: string, clientId: string, patch: unknown): Promise<AppView>
  deleteApp(caller: Caller, page: string, clientId: string): Promise<void>
  rotateAppSecret(
    caller: Caller,
    page: string,
    clientId: string,
    body: unknown,
  ): Promise<{ app: AppView; clientSecret: Secret | null }>

  rotateAppSigningSecret(caller: Caller, page: string, clientId: string, body: unknown): Promise<AppView>

  /** The secret is that of an HMAC key that was made here, else null. */
  createSigningKey(caller: Caller, body: unknown): Promise<{ key: SigningKeyView; secret: Secret | null }>
  listSigningKeys(caller: Caller, query: PageQuery): Promise<Page<SigningKeyView>>
  getSigningKey(caller: Caller, name: string): Promise<SigningKeyView>
  rotateSigningKey(
    caller: Caller,
    name: string,
    body: unknown,
  ): Promise<{ key: SigningKeyView; secret: Secret | null }>
  deleteSigningKey(caller: Caller, name: string): Promise<void>

  revokeAppToken(caller: Caller, page: string, body: unknown): Promise<RevocationView>
  listRevocations(caller: Caller, page: string, query: PageQuery): Promise<Page<RevocationView>>

  /** The tables `HTTPProperties` and `CustomAppException`, newest first. */
  listAppRequests(caller: Caller, page: string, query: PageQuery): Promise<Page<LoggedRow>>
  listAppExceptions(caller: Caller, page: string, query: PageQuery): Promise<Page<LoggedRow>>

  /** Undefined when there is none or it is switched off. */
  openAppPage(name: string): Promise<OpenPage | undefined>
  recordAppRequest(page: OpenPage, facts: RequestFacts): void
  requestCompatToken(
    page: OpenPage,
    request: { method: string; text: string; address: string },
  ): Promise<CompatOutcome>
  requestAppToken(page: OpenPage, request: StandardTokenRequest, address: string): Promise<TokenOutcome>
  verifyAppToken(page: OpenPage, token: string): Promise<{ claims: JwtClaims } | JwtFault>
  /** The public halves of every signing key, RFC 7517 §5. */
  listPublicKeys(): Promise<readonly PublicJwk[]>
}
