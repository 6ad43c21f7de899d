import type { AnyRecipe } from './every-recipe.ts'
import type { TokenOutputs, TokenRequest } from './exchange.ts'
import { type ClientFields, clientAuthentication } from './grants/client-auth.ts'
import type { GrantInput } from './grants/grant.ts'
import { bindMembers, bindSecrets } from './standard-field.ts'

/**
 * The request that ends a token at the provider, RFC 7009 §2.1: the refresh token where there is one, since
 * that ends its access tokens too. Null where the recipe names no `revocation_url`.
 */
export function planRevocation(input: GrantInput<AnyRecipe>, outputs: TokenOutputs): TokenRequest | null {
  const url = input.recipe.revocation_url
  if (typeof url !== 'string') return null
  const { headers, parameters } = clientAuthentication({
    ...input,
    recipe: { token_url: url, ...bindMembers(input.recipe) } as ClientFields,
    secrets: bindSecrets(input.recipe, input.secrets, false),
  })
  const [token, hint] =
    outputs.refreshToken === undefined
      ? [outputs.accessToken, 'access_token']
      : [outputs.refreshToken, 'refresh_token']
  return {
    method: 'POST',
    url,
    headers,
    body: { type: 'form', fields: [['token', token], ['token_type_hint', hint], ...parameters] },
  }
}
