import { z } from 'zod'
import { readTokenResponse } from '../token-response.ts'
import { clientFaults, clientSecrets } from './client-auth.ts'
import { defineGrant, requireSecret } from './grant.ts'
import { planRefresh } from './refresh.ts'
import {
  extraParameterFaults,
  targetParameters,
  tokenEndpointMembers,
  tokenRequest,
} from './token-endpoint.ts'

const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'
const tokenTypeIdentifier = z.string().min(1).max(512).optional()

/**
 * Token exchange, RFC 8693. A refresh token that comes with the answer is used first: it is issued for when
 * the subject token has ended (§2.2.1).
 */
export const tokenExchange = defineGrant({
  type: 'token_exchange',
  title: 'Token exchange',
  source: 'RFC 8693',
  fields: z.object({
    grant: z.literal('token_exchange'),
    subject_token_type: tokenTypeIdentifier.describe('RFC 8693 §3; an access token by default.'),
    actor_token_type: tokenTypeIdentifier.describe('RFC 8693 §3; an access token by default.'),
    requested_token_type: tokenTypeIdentifier,
    ...tokenEndpointMembers,
  }),
  consent: 'none',
  renewal: 'refresh_or_again',
  secrets: (recipe) => ({ required: ['token', ...clientSecrets(recipe)], optional: ['actor_token'] }),
  check: (recipe) => [...clientFaults(recipe), ...extraParameterFaults(recipe)],
  plan: (input) => {
    const { recipe, secrets } = input
    return tokenRequest(input, [
      ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
      ['subject_token', requireSecret(input, 'token')],
      ['subject_token_type', recipe.subject_token_type ?? ACCESS_TOKEN],
      ['actor_token', secrets.actor_token],
      // §2.1: must not be there without an actor token.
      ['actor_token_type', secrets.actor_token && (recipe.actor_token_type ?? ACCESS_TOKEN)],
      ['requested_token_type', recipe.requested_token_type],
      ...targetParameters(recipe),
    ])
  },
  planRefresh,
  read: readTokenResponse,
})
