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

/** A refresh token that was had elsewhere and is kept alive from now on, RFC 6749 §6. */
export const refreshToken = defineGrant({
  type: 'refresh_token',
  title: 'Refresh token',
  source: 'RFC 6749 §6',
  fields: z.object({ grant: z.literal('refresh_token'), ...tokenEndpointMembers }),
  consent: 'none',
  renewal: 'only',
  secrets: (recipe) => ({ required: ['refresh_token', ...clientSecrets(recipe)], optional: [] }),
  check: (recipe) => [...clientFaults(recipe), ...extraParameterFaults(recipe)],
  plan: (input) =>
    tokenRequest(input, [
      ['grant_type', 'refresh_token'],
      ['refresh_token', requireSecret(input, 'refresh_token')],
      ...targetParameters(input.recipe),
    ]),
  planRefresh,
  read: readTokenResponse,
})
