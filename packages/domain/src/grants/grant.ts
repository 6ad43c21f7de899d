import type { z } from 'zod'
import { BursarError } from '../error.ts'
import type { EveryRecipe } from '../every-recipe.ts'
import type { Answer, ExchangePlan, Judgement } from '../exchange.ts'
import type { ExchangeContext } from '../exchange-context.ts'
import type { Secret } from '../secret.ts'

/** The names that grants have for their secrets, on the wire and in the vault. */
export const SECRET_NAMES = [
  'client_secret',
  'private_key',
  'password',
  'token',
  'refresh_token',
  'actor_token',
] as const
export type GrantSecretName = (typeof SECRET_NAMES)[number]
/** One of {@link SECRET_NAMES}, or the name of a secret field of the recipe. */
export type SecretName = string

/** What a person brought back: a code from the callback, or an approved device. */
export type Consent =
  | { kind: 'code'; code: Secret; codeVerifier: Secret; redirectUri: string }
  | { kind: 'device'; deviceCode: Secret }

export interface GrantInput<R> {
  recipe: R
  secrets: Readonly<Record<SecretName, Secret>>
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

/** What an authorization request carries besides the recipe: RFC 6749 §4.1.1, RFC 7636 §4.3. */
export interface AuthorizationParameters {
  redirectUri: string
  state: string
  /** The S256 challenge. */
  codeChallenge: string
}

/** What a device authorization endpoint answers, RFC 8628 §3.2. */
export interface DeviceAuthorization {
  deviceCode: Secret
  userCode: string
  verificationUri: string
  verificationUriComplete?: string
  expiresInSeconds: number
  intervalSeconds: number
}

/** The members of a grant's recipe together with those every recipe has. */
export type GrantRecipe<S extends z.ZodObject> = z.infer<S> & EveryRecipe

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
   * again (`refresh_or_again`); by the refresh token `only`; or `never`. A recipe may say otherwise, see
   * `refreshWay`.
   */
  renewal: 'again' | 'refresh_or_again' | 'only' | 'never'
  /** Reads only what it needs of a recipe, so that it may be asked about one that is not valid yet. */
  secrets(recipe: GrantRecipe<S>): SecretNeeds
  /** Members that have to be there, unless a field stands for them. Reads as little as `secrets` does. */
  needs?(recipe: GrantRecipe<S>): readonly string[]
  /** Checks that span several fields; each problem with its path inside the recipe. */
  check?(recipe: GrantRecipe<S>): readonly RecipeFault[]
  plan(input: GrantInput<GrantRecipe<S>>): ExchangePlan
  /** The request that spends a refresh token; absent where `renewal` is `again` or `never`. */
  planRefresh?(input: GrantInput<GrantRecipe<S>>, refreshToken: Secret): ExchangePlan
  read(answer: Answer, recipe: GrantRecipe<S>, context?: ExchangeContext): Judgement
  /** Where a person is sent; present where `consent` is `redirect`. */
  authorizationRequest?(recipe: GrantRecipe<S>, parameters: AuthorizationParameters): string
  /** The request for a user code and its answer; present where `consent` is `device`. */
  planDeviceAuthorization?(input: GrantInput<GrantRecipe<S>>): ExchangePlan
  readDeviceAuthorization?(answer: Answer): DeviceAuthorization | Judgement
}

/** One thing wrong with a recipe as a whole. */
export interface RecipeFault {
  path: string
  detail: string
  hint?: string
  /** True where a member is not there; whoever completes the recipe mends it. */
  missing?: true
}

/** Ties the type of `fields` to the functions that take them. */
export function defineGrant<S extends z.ZodObject>(grant: Grant<S>): Grant<S> {
  return grant
}

/** A secret that {@link Grant.secrets} called required; without it there is no request to make. */
export function requireSecret(input: GrantInput<unknown>, name: GrantSecretName): Secret {
  const secret = input.secrets[name]
  if (secret) return secret
  throw new BursarError('secret.unresolved', {
    detail: `The secret ${name} is not there.`,
    path: `/secrets/${name}`,
  })
}

/** The `read` of grants whose token does not come from an answer. */
export const asksNobody = (): Judgement => ({
  kind: 'unreadable',
  detail: 'This grant asks no provider, so there is no answer to read.',
})
