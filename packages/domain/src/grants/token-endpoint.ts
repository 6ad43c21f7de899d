import { z } from 'zod'
import type { ExchangePlan, FieldValue } from '../exchange.ts'
import { isHeaderValue, isSettableHeader } from '../header-syntax.ts'
import { httpUrl } from '../http-url.ts'
import { variationMembers } from '../variation.ts'
import { type ClientFields, clientAuthentication, clientMembers } from './client-auth.ts'
import type { GrantInput, RecipeFault } from './grant.ts'

/** A request parameter; undefined is left out, a list is sent as one parameter each. */
export type Parameter = readonly [name: string, value: FieldValue | readonly string[] | undefined]

const nonEmptyList = z.array(z.string().min(1))

/** A list, or a text with blanks between the scopes as RFC 6749 §3.3 has it. */
const scope = z
  .union([nonEmptyList, z.string()])
  .transform((written) => (typeof written === 'string' ? written.split(/\s+/).filter(Boolean) : written))
  .pipe(nonEmptyList)

const target = z.union([z.string().min(1), nonEmptyList])

export const extraParameters = z.record(z.string().min(1), z.string())

/** The members of every recipe that asks a token endpoint. */
export const tokenEndpointMembers = {
  token_url: httpUrl
    .optional()
    .describe('The token endpoint, RFC 6749 §3.2; required unless `token_request` has a URL of its own.'),
  ...clientMembers,
  scope: scope.optional().describe('Scopes, as a list or separated by blanks.'),
  audience: target.optional().describe('The `audience` parameter some providers want.'),
  resource: target.optional().describe('Resource indicators, RFC 8707.'),
  extra_params: extraParameters.optional().describe('Further parameters of the token request.'),
  extra_headers: z
    .record(
      z.string().refine(isSettableHeader, 'Not the name of a header that may be set.'),
      z.string().refine(isHeaderValue, 'Not visible ASCII in one line.'),
    )
    .optional()
    .describe('Further headers of the token request.'),
  revocation_url: httpUrl.optional().describe('The revocation endpoint, RFC 7009 §2.'),
  content_type: z.enum(['form', 'json']).optional().describe('Encoding of the body; form by default.'),
  ...variationMembers,
}

export interface TokenEndpointFields extends ClientFields {
  token_url?: string | undefined
  refresh_url?: string | undefined
  scope?: readonly string[] | undefined
  audience?: string | readonly string[] | undefined
  resource?: string | readonly string[] | undefined
  extra_params?: Readonly<Record<string, string>> | undefined
  extra_headers?: Readonly<Record<string, string>> | undefined
  content_type?: 'form' | 'json' | undefined
}

/** What the token is wanted for: scope (RFC 6749 §3.3), audience, resource (RFC 8707 §2). */
export const targetParameters = (recipe: TokenEndpointFields): Parameter[] => [
  ['scope', recipe.scope && recipe.scope.length > 0 ? recipe.scope.join(' ') : undefined],
  ['audience', recipe.audience],
  ['resource', recipe.resource],
]

/** An authenticated request with these parameters; extra parameters replace ours of the same name. */
export function tokenRequest(
  input: GrantInput<TokenEndpointFields>,
  parameters: readonly Parameter[],
  url = input.recipe.token_url ?? '',
): ExchangePlan {
  const { recipe } = input
  const client = clientAuthentication(input)
  const extras = recipe.extra_params ?? {}
  const fields = [...parameters, ...client.parameters]
    .filter(([name]) => !Object.hasOwn(extras, name))
    .concat(Object.entries(extras))
    .flatMap(pairsOf)
  const extraHeaders = Object.entries(recipe.extra_headers ?? {})
  const isReplaced = (name: string) => extraHeaders.some(([extra]) => extra.toLowerCase() === name)
  const accept: Array<[string, string]> = isReplaced('accept') ? [] : [['accept', 'application/json']]
  return {
    kind: 'send',
    request: {
      method: 'POST',
      url,
      headers: [...accept, ...client.headers, ...extraHeaders],
      body: { type: recipe.content_type ?? 'form', fields },
    },
  }
}

function pairsOf([name, value]: Parameter): Array<readonly [string, FieldValue]> {
  if (value === undefined) return []
  if (isList(value)) return value.map((one) => [name, one])
  return [[name, value]]
}

const isList = (value: FieldValue | readonly string[]): value is readonly string[] => Array.isArray(value)

/** Parameters that carry a secret or a one-time value; only the grant itself can know them. */
const OWN_PARAMETERS = [
  'assertion',
  'client_assertion',
  'client_assertion_type',
  'code',
  'code_verifier',
  'device_code',
  'redirect_uri',
  'subject_token',
]

export function extraParameterFaults(recipe: Pick<TokenEndpointFields, 'extra_params'>): RecipeFault[] {
  return OWN_PARAMETERS.filter((name) => Object.hasOwn(recipe.extra_params ?? {}, name)).map((name) => ({
    path: `/extra_params/${name}`,
    detail: `The grant itself sends ${name}.`,
    hint: 'Leave it out.',
  }))
}
