import type { ExchangePlan } from '../exchange.ts'
import type { Secret } from '../secret.ts'
import type { GrantInput } from './grant.ts'
import { type Parameter, type TokenEndpointFields, tokenRequest } from './token-endpoint.ts'

/**
 * The request that spends a refresh token, RFC 6749 §6. No scope: left out it means what was granted, and
 * asking for more than that is refused.
 */
export function planRefresh(input: GrantInput<TokenEndpointFields>, refreshToken: Secret): ExchangePlan {
  const { audience, resource, extra_params } = input.recipe
  // An extra grant_type is for the first request of an odd provider; here it would not be a refresh.
  const extras = Object.entries(extra_params ?? {}).filter(([name]) => name !== 'grant_type')
  const recipe = { ...input.recipe, extra_params: Object.fromEntries(extras) }
  const parameters: Parameter[] = [
    ['grant_type', 'refresh_token'],
    ['refresh_token', refreshToken],
    ['audience', audience],
    ['resource', resource],
  ]
  return tokenRequest({ ...input, recipe }, parameters, recipe.refresh_url ?? recipe.token_url)
}
