import type { DestinationRule } from './destination-rule.ts'
import type { AnyRecipe } from './every-recipe.ts'
import type { SecretName } from './grants/grant.ts'
import type { Reason, Status } from './state.ts'

/** Where a secret value lives when it is not sealed in our store. */
export type SecretReference = OutsideReference | ProviderSecretReference

/** A place outside of the store. */
export type OutsideReference = { from: 'env'; name: string } | { from: 'file'; path: string }

/** A secret that a provider keeps for all of its credentials: a new value counts for each at once. */
export interface ProviderSecretReference {
  from: 'provider'
  provider: string
  name: string
}

export interface SecretFacts {
  set: true
  updatedAt: number
  /** Present when the value lives elsewhere. */
  reference?: SecretReference
}

/** A credential without its secrets: safe to print. */
export interface Credential {
  workspaceId: string
  id: string
  name: string
  provider: { name: string; version: number } | null
  /** Complete: a provider's recipe with the credential's own members laid over it. */
  recipe: AnyRecipe
  secrets: Readonly<Record<SecretName, SecretFacts>>
  destinations: readonly DestinationRule[]
  environment: string | null
  labels: Readonly<Record<string, string>>
  status: Status
  reason: Reason | null
  /** Grows with every change to configuration; compare-and-set on it. */
  revision: number
  createdAt: number
  updatedAt: number
}
