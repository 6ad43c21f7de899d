import { z } from 'zod'
import { claimProblems, jwtMembers, signingSecret, unsignedJwt } from '../jwt.ts'
import { readTokenResponse } from '../token-response.ts'
import { clientFaults, clientSecrets } from './client-auth.ts'
import { defineGrant, type RecipeFault, requireSecret } from './grant.ts'
import {
  extraParameterFaults,
  targetParameters,
  tokenEndpointMembers,
  tokenRequest,
} from './token-endpoint.ts'

/** RFC 7523 §3: a JWT without an issuer is no grant. */
function issuerFaults(recipe: {
  issuer?: string | undefined
  client_id?: string | undefined
}): RecipeFault[] {
  if (recipe.issuer !== undefined || recipe.client_id !== undefined) return []
  const detail = 'A JWT grant needs an issuer, or a client_id to stand for it.'
  return [{ path: '/issuer', detail, missing: true }]
}

/** A JWT as authorization grant, RFC 7523 §2.1. `audience` is that of the JWT, not a parameter. */
export const jwtBearer = defineGrant({
  type: 'jwt_bearer',
  title: 'JWT bearer',
  source: 'RFC 7523 §2.1',
  fields: z.object({
    grant: z.literal('jwt_bearer'),
    ...tokenEndpointMembers,
    ...jwtMembers,
    assertion_param: z
      .string()
      .min(1)
      .optional()
      .describe('The parameter that carries the JWT; `assertion` by default.'),
  }),
  consent: 'none',
  renewal: 'again',
  secrets: (recipe) => ({
    required: [...new Set([signingSecret(recipe.alg), ...clientSecrets(recipe)])],
    optional: [],
  }),
  check: (recipe) => [
    ...clientFaults(recipe),
    ...extraParameterFaults(recipe),
    ...claimProblems(recipe),
    ...issuerFaults(recipe),
  ],
  plan: (input) => {
    const { recipe, now, randomId } = input
    const jwt = {
      ...recipe,
      issuer: recipe.issuer ?? recipe.client_id,
      audience: recipe.audience ?? recipe.token_url,
    }
    const key = requireSecret(input, signingSecret(recipe.alg))
    return tokenRequest(input, [
      ['grant_type', 'urn:ietf:params:oauth:grant-type:jwt-bearer'],
      [recipe.assertion_param ?? 'assertion', unsignedJwt(jwt, key, { now, id: randomId })],
      ...targetParameters({ scope: recipe.scope, resource: recipe.resource }),
    ])
  },
  read: readTokenResponse,
})
