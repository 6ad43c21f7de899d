import { authorizationCode } from './authorization-code.ts'
import { clientCredentials } from './client-credentials.ts'
import { deviceCode } from './device-code.ts'
import type { Grant } from './grant.ts'
import { httpBasic } from './http-basic.ts'
import { jwtBearer } from './jwt-bearer.ts'
import { password } from './password.ts'
import { refreshToken } from './refresh-token.ts'
import { signedJwt } from './signed-jwt.ts'
import { staticToken } from './static-token.ts'
import { tokenExchange } from './token-exchange.ts'

/** Every grant. A new one is a file beside this one and a line here. */
export const GRANTS = {
  client_credentials: clientCredentials,
  authorization_code: authorizationCode,
  password,
  refresh_token: refreshToken,
  jwt_bearer: jwtBearer,
  token_exchange: tokenExchange,
  device_code: deviceCode,
  http_basic: httpBasic,
  static_token: staticToken,
  signed_jwt: signedJwt,
} as const

export type GrantType = keyof typeof GRANTS

export const GRANT_TYPES = Object.keys(GRANTS) as GrantType[]

/** The grant of a recipe that has been parsed, for code that does not care which one it is. */
export function grantOf(recipe: { grant: string }): Grant {
  if (!isGrantType(recipe.grant)) throw new TypeError('The grant of this recipe is not known.')
  return GRANTS[recipe.grant]
}

export const isGrantType = (text: string): text is GrantType => Object.hasOwn(GRANTS, text)
