import { z } from 'zod'
import { readTokenResponse } from '../token-response.ts'
import { clientFaults, clientSecrets } from './client-auth.ts'
import { defineGrant } from './grant.ts'
import {
  extraParameterFaults,
  targetParameters,
  tokenEndpointMembers,
  tokenRequest,
} from './token-endpoint.ts'

/** Client credentials, RFC 6749 §4.4. */
export const clientCredentials = defineGrant({
  type: 'client_credentials',
  title: 'Client credentials',
  source: 'RFC 6749 §4.4',
  fields: z.object({
    grant: z.literal('client_credentials'),
    ...tokenEndpointMembers,
  }),
  consent: 'none',
  renewal: 'again',
  secrets: (recipe) => ({ required: clientSecrets(recipe), optional: [] }),
  needs: (recipe) => (recipe.token_request === undefined ? ['client_id'] : []),
  check: (recipe) => [...clientFaults(recipe), ...extraParameterFaults(recipe)],
  plan: (input) =>
    tokenRequest(input, [['grant_type', 'client_credentials'], ...targetParameters(input.recipe)]),
  read: readTokenResponse,
})
