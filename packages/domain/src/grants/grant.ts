import type { z } from 'zod'
import type { Answer, ExchangePlan, Judgement } from '../exchange.ts'
import type { Secret } from '../secret.ts'

/** The names a secret can have, on the wire and in the vault. */
export const SECRET_NAMES = [
  'client_secret',
  'private_key',
  'password',
  'token',
  'refresh_token',
  'actor_token',
] as const
export type SecretName = (typeof SECRET_NAMES)[number]

/** What a person brought back: a code from the callback, or an approved device. */
export type Consent =
  | { kind: 'code'; code: Secret; codeVerifier: Secret; redirectUri: string }
  | { kind: 'device'; deviceCode: Secret }

export interface GrantInput<R> {
  recipe: R
  secrets: Readonly<Partial<Record<SecretName, Secret>>>
  /** Unix seconds, already corrected by the provider's measured clock skew. */
  now: number
  /** Unpredictable text for `jti`. */
  randomId: string
  consent?: Consent
}

/** Which secrets a recipe takes. */
export interface SecretNeeds {
  required: readonly SecretName[]
  optional: readonly SecretName[]
}

/**
 * One way to get a token. Pure: `plan` says what to send, `read` says what came back.
 * Nothing outside its file asks for a grant's `type`; what others need to know is a property here.
 */
export interface Grant<S extends z.ZodObject = z.ZodObject> {
  type: string
  title: string
  /** The specification, for docs and forms. */
  source: string
  /** Recipe members, `grant` among them, without the members every recipe has. */
  fields: S
  /** A person must consent before the first token. */
  consent: 'none' | 'redirect' | 'device'
  /**
   * How the next token is got: by the same request `again`; by the refresh token where there is one, else
   * again (`refresh_or_again`); by the refresh token `only`; or `never`.
   */
  renewal: 'again' | 'refresh_or_again' | 'only' | 'never'
  secrets(recipe: z.infer<S>): SecretNeeds
  /** Checks that span several fields; each problem with its path inside the recipe. */
  check?(recipe: z.infer<S>): ReadonlyArray<{ path: string; detail: string; hint?: string }>
  plan(input: GrantInput<z.infer<S>>): ExchangePlan
  /** The request that spends a refresh token; absent where `renewal` is `again` or `never`. */
  planRefresh?(input: GrantInput<z.infer<S>>, refreshToken: Secret): ExchangePlan
  read(answer: Answer, recipe: z.infer<S>): Judgement
}

/** Ties the type of `fields` to the functions that take them. */
export function defineGrant<S extends z.ZodObject>(grant: Grant<S>): Grant<S> {
  return grant
}
