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

/** Resource owner password credentials, RFC 6749 §4.3. */
export const password = defineGrant({
  type: 'password',
  title: 'User name and password',
  source: 'RFC 6749 §4.3',
  fields: z.object({
    grant: z.literal('password'),
    username: z.string().min(1).optional(),
    ...tokenEndpointMembers,
  }),
  consent: 'none',
  renewal: 'refresh_or_again',
  secrets: (recipe) => ({ required: ['password', ...clientSecrets(recipe)], optional: [] }),
  needs: (recipe) => (recipe.token_request === undefined ? ['username'] : []),
  check: (recipe) => [...clientFaults(recipe), ...extraParameterFaults(recipe)],
  plan: (input) =>
    tokenRequest(input, [
      ['grant_type', 'password'],
      ['username', input.recipe.username],
      ['password', requireSecret(input, 'password')],
      ...targetParameters(input.recipe),
    ]),
  planRefresh,
  read: readTokenResponse,
})
