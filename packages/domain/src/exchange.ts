import type { TemplatePlace } from './error.ts'
import type { Secret, Text } from './secret.ts'

/**
 * A JWT that still has to be signed. A grant says what is to be signed and with which key;
 * the broker signs, since a pure function has no cryptography.
 */
export interface UnsignedJwt {
  kind: 'unsigned_jwt'
  alg: SigningAlgorithm
  /** PEM or JWK text for asymmetric algorithms, the shared secret for HS*. */
  key: Secret
  /** Header members besides `alg`: `kid`, `typ`, … */
  header: Readonly<Record<string, unknown>>
  /** PEM of the certificate whose SHA-256 thumbprint goes into `x5t#S256` (RFC 7515 §4.1.8). */
  certificate?: string
  claims: Readonly<Record<string, unknown>>
}

export const SIGNING_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'HS256',
  'HS384',
  'HS512',
] as const
export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number]

export type FieldValue = Text | UnsignedJwt

/** A request to a token endpoint, complete but for signatures. */
export interface TokenRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
  url: Text
  headers: ReadonlyArray<readonly [name: string, value: FieldValue]>
  body?:
    | { type: 'form'; fields: ReadonlyArray<readonly [name: string, value: FieldValue]> }
    | { type: 'json'; fields: ReadonlyArray<readonly [name: string, value: FieldValue]> }
    | { type: 'text'; contentType: string; text: Text }
}

/** What a grant wants done to get a token. */
export type ExchangePlan =
  /** Ask a token endpoint, then judge its answer. */
  | { kind: 'send'; request: TokenRequest }
  /** The signed JWT is the token itself. */
  | { kind: 'sign'; jwt: UnsignedJwt; expiresInSeconds: number }
  /** Nothing to ask: the token follows from the secrets. */
  | { kind: 'given'; outputs: TokenOutputs }

/** An answer as it came, bounded and decoded. Header names in lower case. */
export interface Answer {
  status: number
  headers: Readonly<Record<string, string>>
  /** The body as text, BOM kept, at most what the outbound limit allows. */
  body: string
  /** Unix seconds. */
  receivedAt: number
}

/** Why no answer arrived. `sent` says whether the provider may have received the request. */
export interface NoAnswer {
  code:
    | 'outbound.blocked'
    | 'outbound.dns'
    | 'outbound.connect'
    | 'outbound.tls'
    | 'outbound.timeout'
    | 'outbound.reset'
    | 'outbound.too_large'
    | 'outbound.redirect'
    | 'outbound.encoding'
  detail: string
  /** True once a byte of the request may have left: the provider may have acted on it. */
  sent: boolean
  hint?: string
}

export interface TokenOutputs {
  accessToken: Secret
  refreshToken?: Secret
  /** As the provider wrote it; `Bearer` when it said nothing. */
  tokenType: string
  scope?: string
  /** The raw life span as it stood in the answer; `planLifetime` makes sense of it. */
  expiresIn?: number | string
  /** Unix seconds of the end, where the recipe itself fixes it; wins over `expiresIn`. */
  expiresAt?: number
  /** Further named outputs (`id_token`, or what the recipe maps). */
  others: Readonly<Record<string, Secret>>
}

export interface Note {
  code: string
  detail: string
}

/** Why an answer of the usual form was not taken: a validation of the recipe, or one of its templates, failed. */
export type UnreadableCode = 'validation_failed' | 'template_failed'

/** How an exchange ended. Asking again helps only with `unavailable`; RFC 6749 §5. */
export type Judgement =
  | { kind: 'token'; outputs: TokenOutputs; notes: readonly Note[] }
  /** The provider decided against it: the same request will be refused again. */
  | { kind: 'refused'; error: string; description?: string; hint?: string }
  /** It may work later. */
  | { kind: 'unavailable'; code: string; detail: string; retryAfterSeconds?: number }
  /** It answered, but not with a token and not with an error. */
  | { kind: 'unreadable'; detail: string; hint?: string; code?: UnreadableCode; place?: TemplatePlace }
  /** A person has not yet finished (RFC 8628 §3.5 `authorization_pending`, `slow_down`). */
  | { kind: 'awaiting'; slowDown: boolean }

/** How an attempt to get a token ended, whether or not the provider was reached. */
export type ExchangeOutcome =
  | Judgement
  | ({ kind: 'no_answer' } & NoAnswer)
  /** The request left, and a crash or a lost connection took the answer. `anew`: a token is had without it. */
  | { kind: 'in_doubt'; anew?: boolean }
  /** A template of the request failed, or made what can not be sent: nothing was asked. */
  | { kind: 'unrendered'; path: string; detail: string; hint?: string; place?: TemplatePlace }
  /** A referenced secret could not be read, so nothing was asked. `secret` is its name. */
  | { kind: 'unresolved'; secret: string; detail?: string; hint?: string }
