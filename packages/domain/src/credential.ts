import type { DestinationRule } from './destination-rule.ts'
import type { AnyRecipe } from './every-recipe.ts'
import type { SecretName } from './grants/grant.ts'
import type { SecretReference } from './outside-reference.ts'
import type { Reason, Status } from './state.ts'

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
