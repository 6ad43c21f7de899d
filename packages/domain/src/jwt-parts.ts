import { isObject } from './json.ts'

/** Header and claims of a JWT, which anybody who holds it can read; nothing is verified. */
export interface JwtParts {
  header: Record<string, unknown>
  claims: Record<string, unknown>
}

/** Reads the first two parts of a JWS in compact form (RFC 7515 §7.1); null when the text is none. */
export function readJwtParts(text: string, decode: (base64url: string) => string): JwtParts | null {
  const parts = text.split('.')
  if (parts.length !== 3 || parts.some((part) => !/^[\w-]*$/.test(part))) return null
  try {
    const [header, claims] = parts.slice(0, 2).map((part): unknown => JSON.parse(decode(part)))
    return isObject(header) && isObject(claims) ? { header, claims } : null
  } catch {
    return null
  }
}
