import { clientCredentialsSecret } from './client-credentials.ts'
import { googleSecret } from './google.ts'
import { jwtSecret } from './jwt.ts'
import type { SecretType } from './secret-type.ts'
import { simpleHttpSecret } from './simple-http.ts'
import { tokenSecret } from './token.ts'

/** Every type of secret. A new one is a file beside this one and a line here. */
const TYPES = [
  tokenSecret,
  simpleHttpSecret,
  clientCredentialsSecret,
  jwtSecret,
  googleSecret,
] as unknown as readonly SecretType[]

export const SECRET_TYPES: Readonly<Record<string, SecretType>> = Object.fromEntries(
  TYPES.map((type) => [type.typeOf, type]),
)

export const findSecretType = (typeOf: unknown): SecretType | undefined =>
  typeof typeOf === 'string' && Object.hasOwn(SECRET_TYPES, typeOf) ? SECRET_TYPES[typeOf] : undefined
