import { z } from 'zod'
import { BursarError } from './error.ts'
import type { TokenOutputs } from './exchange.ts'
import { isHeaderValue, isSettableHeader } from './header-syntax.ts'
import { Secret } from './secret.ts'

export { HOP_BY_HOP_HEADERS, hopByHopNames } from './header-syntax.ts'

/** How a token stands in a request; the default is `Authorization: <token type> <token>`. */
export const injection = z
  .strictObject({
    header: z.string().refine(isSettableHeader, 'Not the name of a header that may be set.').optional(),
    scheme: z
      .string()
      .max(100)
      .refine(
        (scheme) => scheme !== '' && isHeaderValue(scheme),
        'Not visible ASCII; write null for no scheme.',
      )
      .nullable()
      .optional()
      .describe('The word before the token; null for the bare token.'),
    output: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe('The named output to send instead of the access token.'),
  })
  .describe('The header that carries the token.')
export type Injection = z.infer<typeof injection>

/**
 * The header that carries a token, RFC 6750 §2.1. A header of the recipe's own takes the bare token unless
 * the recipe names a scheme. Throws `token.unsafe_header` rather than let a line break through.
 */
export function tokenHeader(
  recipe: { injection?: Injection | undefined },
  tokenType: string,
  token: Secret,
): { name: string; value: Secret } {
  const { header, scheme } = recipe.injection ?? {}
  const name = header ?? 'Authorization'
  const word = scheme === undefined ? defaultScheme(name, tokenType) : scheme
  const bare = token.reveal()
  const value = word === null ? bare : `${word} ${bare}`
  if (bare === '' || !isHeaderValue(bare) || !isHeaderValue(value) || !isSettableHeader(name)) {
    throw new BursarError('token.unsafe_header', {
      detail: 'The token or its type holds characters that can not stand in a header.',
      hint: 'Look at the last exchange: the provider may have answered something that is not a token.',
    })
  }
  return { name, value: new Secret(value) }
}

/** The output that a recipe wants injected; undefined when the last exchange did not bring it. */
export function injectedOutput(
  recipe: { injection?: Injection | undefined },
  outputs: Pick<TokenOutputs, 'accessToken' | 'others'>,
): Secret | undefined {
  const output = recipe.injection?.output
  if (output === undefined || output === 'access_token') return outputs.accessToken
  return Object.hasOwn(outputs.others, output) ? outputs.others[output] : undefined
}

/** Token types are case-insensitive (RFC 6749 §5.1), yet many servers only know the registered spelling. */
const REGISTERED_SCHEMES: Readonly<Record<string, string>> = {
  bearer: 'Bearer',
  basic: 'Basic',
  dpop: 'DPoP',
  // "Not applicable", RFC 8693 §2.2.1: the provider says nothing about the use, so the usual one.
  n_a: 'Bearer',
}

function defaultScheme(header: string, tokenType: string): string | null {
  if (header.toLowerCase() !== 'authorization') return null
  const lower = tokenType.trim().toLowerCase()
  if (lower === '') return 'Bearer'
  return Object.hasOwn(REGISTERED_SCHEMES, lower) ? REGISTERED_SCHEMES[lower]! : tokenType.trim()
}
