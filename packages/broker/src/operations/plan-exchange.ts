import type { AnyRecipe } from '@bursar/domain/every-recipe.ts'
import type { ExchangePlan, TokenOutputs } from '@bursar/domain/exchange.ts'
import type { Consent, Grant, SecretName } from '@bursar/domain/grants/grant.ts'
import type { Secret } from '@bursar/domain/secret.ts'

export interface PlanInput {
  grant: Grant
  recipe: AnyRecipe
  secrets: Record<SecretName, Secret>
  /** What the last exchange left; its refresh token wins over the one that was entered. */
  outputs: TokenOutputs | null
  consent: Consent | null
  now: number
  randomId: string
}

export type PlannedExchange =
  | { kind: 'plan'; plan: ExchangePlan; spends: 'refresh_token' | 'consent' | null }
  /** A person must consent first; there is nothing to send. */
  | { kind: 'needs_consent' }

/** Decides what to send: the consent a person just gave, the refresh token, or the grant's own request. */
export function planExchange(input: PlanInput): PlannedExchange {
  const { grant, recipe, secrets, now, randomId } = input
  const grantInput = { recipe, secrets, now, randomId }
  if (input.consent !== null) {
    const plan = grant.plan({ ...grantInput, consent: input.consent })
    return { kind: 'plan', plan, spends: 'consent' }
  }
  const refreshToken = input.outputs?.refreshToken ?? secrets.refresh_token
  if (refreshToken !== undefined && grant.planRefresh !== undefined) {
    return { kind: 'plan', plan: grant.planRefresh(grantInput, refreshToken), spends: 'refresh_token' }
  }
  if (grant.consent !== 'none') return { kind: 'needs_consent' }
  return { kind: 'plan', plan: grant.plan(grantInput), spends: null }
}
