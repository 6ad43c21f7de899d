import { type JwtParts, readJwtParts } from '@bursar/domain/jwt-parts.ts'
import { notFound } from '../credential-view.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'
import { openOutputs } from '../sealed.ts'

/** What can be told of a token without telling it. */
export interface TokenClaims {
  version: number
  format: 'jwt' | 'opaque' | 'none'
  jwt: JwtParts | null
  /** Characters. */
  length: number
  scope: string | null
  outputs: readonly string[]
  hasRefreshToken: boolean
}

/** Facts and decoded claims of the access token; its signature, and with it the token, stays here. */
export async function getTokenClaims(
  { store, envelope }: Pick<Ports, 'store' | 'envelope'>,
  caller: Caller,
  name: string,
): Promise<TokenClaims> {
  demand(caller, { action: 'credentials:read' })
  const row = await store.credentials.get(caller.workspaceId, name)
  const token = row && (await store.tokens.get(caller.workspaceId, row.id))
  if (token === undefined) throw notFound(name)
  const outputs = openOutputs(envelope, token)
  if (outputs === null) {
    return {
      version: token.version,
      format: 'none',
      jwt: null,
      length: 0,
      scope: null,
      outputs: [],
      hasRefreshToken: false,
    }
  }
  const text = outputs.accessToken.reveal()
  const jwt = readJwtParts(text, (part) => Buffer.from(part, 'base64url').toString('utf8'))
  return {
    version: token.version,
    format: jwt === null ? 'opaque' : 'jwt',
    jwt,
    length: text.length,
    scope: outputs.scope ?? null,
    outputs: Object.keys(outputs.others),
    hasRefreshToken: outputs.refreshToken !== undefined,
  }
}
