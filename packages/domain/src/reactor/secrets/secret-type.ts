import type { z } from 'zod'
import type { Problem } from '../../error.ts'
import type { GrantSecretName } from '../../grants/grant.ts'
import type { RetryPolicy } from '../../retry-plan.ts'

/** The broker's own registration with a provider whose consent screen a person is sent to. */
export interface Registration {
  authorizationUrl: string
  tokenUrl: string
  clientId: string
  clientSecret: string
}
/** Settings without which there is no registration. */
export interface NoRegistration {
  missing: readonly string[]
}

/** What a type of secret is made into: a recipe of the broker, and the values it seals. */
export interface CompiledSecret {
  recipe: Record<string, unknown>
  /** Only those that were sent. */
  secrets: Partial<Record<GrantSecretName, string>>
  /** What answers show of the credentials. */
  shown: Record<string, unknown>
}

/** Where a member of the recipe or a sealed value came from, for pointers. */
export type SourceMap = Readonly<Record<string, string>>

/** A type of secret: what its credentials are, and what becomes of them. Data, but for `compile`. */
export interface SecretType<S extends z.ZodObject = z.ZodObject> {
  typeOf: string
  title: string
  /** The credentials, write-only members among them. */
  credentials: S
  /** Members that no answer shows; one that is left out of an update stays as it is. */
  writeOnly: readonly (keyof z.infer<S> & string)[]
  /** Exchanged with a provider, so that it can be tested and refreshed. */
  oauth: boolean
  /** A person has to consent before the first token. */
  manual: boolean
  /** What the artifact of an exchange has to live, in words; for the detail of a refusal. */
  window?: string
  compile(credentials: z.infer<S>, registration: Registration | NoRegistration): CompiledSecret
  /** Puts back what is withheld elsewhere than in a write-only member, and was left out of an update; null is no. */
  restore?(
    credentials: Record<string, unknown>,
    sealed: Readonly<Record<string, string>>,
  ): Record<string, unknown>
  /** Members of the recipe by their place in the credentials. */
  sources: SourceMap
  check?(credentials: z.infer<S>, registration: Registration | NoRegistration): readonly Problem[]
}

export const defineSecretType = <S extends z.ZodObject>(type: SecretType<S>): SecretType<S> => type

/**
 * Three further attempts when a refresh fails, the last of them two hours before the token ends. With less
 * than two and a half hours left they are spread over nine tenths of what is left.
 */
export const REFRESH_RETRIES: RetryPolicy = {
  attempts: 3,
  last_before_end_seconds: 7_200,
  least_seconds: 9_000,
  last_share: 0.9,
}

/** Success is 200 with a JSON body that has both the token and its life. */
export const STRICT_RESPONSE = { status: 200, encoding: 'json' }
