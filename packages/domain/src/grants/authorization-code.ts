import { z } from 'zod'
import { CALLBACK_PATHS } from '../callback-path.ts'
import { BursarError } from '../error.ts'
import { httpUrl } from '../http-url.ts'
import { readTokenResponse } from '../token-response.ts'
import { clientFaults, clientSecrets } from './client-auth.ts'
import { type AuthorizationParameters, defineGrant, type RecipeFault } from './grant.ts'
import { planRefresh } from './refresh.ts'
import {
  extraParameterFaults,
  extraParameters,
  type Parameter,
  type TokenEndpointFields,
  targetParameters,
  tokenEndpointMembers,
  tokenRequest,
} from './token-endpoint.ts'

interface AuthorizationFields extends TokenEndpointFields {
  authorization_url: string
  extra_authorization_params?: Readonly<Record<string, string>> | undefined
}

/**
 * Where a person is sent to consent: RFC 6749 §4.1.1 with PKCE by S256 (RFC 7636 §4.3). The query that the
 * authorization URL has already is kept, but for parameters of ours (RFC 6749 §3.1 forbids repeating one).
 */
export function authorizationRequest(
  recipe: AuthorizationFields,
  { redirectUri, state, codeChallenge }: AuthorizationParameters,
): string {
  const parameters: Parameter[] = [
    ['response_type', 'code'],
    ['client_id', recipe.client_id],
    ['redirect_uri', redirectUri],
    ...targetParameters(recipe),
    ['state', state],
    ['code_challenge', codeChallenge],
    ['code_challenge_method', 'S256'],
  ]
  const extras = recipe.extra_authorization_params ?? {}
  const ours = parameters.filter(([name, value]) => value !== undefined && !Object.hasOwn(extras, name))
  const added = [...ours, ...Object.entries(extras)].flatMap(([name, value]) =>
    [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(String(one))}`),
  )
  const [address, query = ''] = splitAt(recipe.authorization_url, '?')
  const names = new Set(added.map(nameOf))
  const kept = query.split('&').filter((pair) => pair !== '' && !names.has(nameOf(pair)))
  return `${address}?${[...kept, ...added].join('&')}`
}

const nameOf = (pair: string): string => splitAt(pair, '=')[0]

function splitAt(text: string, mark: string): [head: string, tail?: string] {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

/** Parameters that tie the answer to the request; a fixed value would undo that. */
const BOUND_PARAMETERS = [
  'response_type',
  'client_id',
  'redirect_uri',
  'state',
  'code_challenge',
  'code_challenge_method',
]

function authorizationFaults({ extra_authorization_params: extras }: AuthorizationFields): RecipeFault[] {
  return BOUND_PARAMETERS.filter((name) => Object.hasOwn(extras ?? {}, name)).map((name) => ({
    path: `/extra_authorization_params/${name}`,
    detail: `Bursar makes ${name} anew for each sign-in.`,
    hint: 'Leave it out.',
  }))
}

/** Authorization code with PKCE, RFC 6749 §4.1 and RFC 7636. */
export const authorizationCode = defineGrant({
  type: 'authorization_code',
  title: 'Authorization code',
  source: 'RFC 6749 §4.1, RFC 7636',
  fields: z.object({
    grant: z.literal('authorization_code'),
    authorization_url: httpUrl.describe('The authorization endpoint, RFC 6749 §3.1.'),
    authorization_issuer: z
      .string()
      .min(1)
      .optional()
      .describe('The `iss` that the answer has to name, RFC 9207 §2.4.'),
    extra_authorization_params: extraParameters
      .optional()
      .describe('Further parameters of the authorization request, such as prompt or access_type.'),
    callback_path: z
      .enum(CALLBACK_PATHS)
      .optional()
      .describe('Where the browser comes back to, as it is registered with the provider.'),
    ...tokenEndpointMembers,
  }),
  consent: 'redirect',
  renewal: 'only',
  secrets: (recipe) => ({ required: clientSecrets(recipe), optional: [] }),
  needs: () => ['client_id'],
  check: (recipe) => [
    ...clientFaults(recipe),
    ...extraParameterFaults(recipe),
    ...authorizationFaults(recipe),
  ],
  plan: (input) => {
    const { consent, recipe } = input
    if (consent?.kind !== 'code') throw new BursarError('credential.needs_sign_in')
    return tokenRequest(input, [
      ['grant_type', 'authorization_code'],
      ['code', consent.code],
      ['redirect_uri', consent.redirectUri],
      ['code_verifier', consent.codeVerifier],
      ['audience', recipe.audience],
      ['resource', recipe.resource],
    ])
  },
  planRefresh,
  read: readTokenResponse,
  authorizationRequest,
})
