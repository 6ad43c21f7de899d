import { decodeBase64, utf8Text } from './base64.ts'

const MAX_JWT_LENGTH = 16_384

/** The times a token says of itself; nothing is verified, for only the one it is meant for can do that. */
export interface JwtTimes {
  exp?: number
  iat?: number
}

/** Reads `exp` and `iat` of a compact JWS (RFC 7519 §4.1); undefined when the token is not one. */
export function readJwtTimes(token: string): JwtTimes | undefined {
  if (token.length > MAX_JWT_LENGTH) return undefined
  const parts = token.split('.')
  if (parts.length !== 3 || !parts.slice(0, 2).every((part) => /^[\w-]+$/.test(part))) return undefined
  const header = parseObject(parts[0]!)
  const claims = parseObject(parts[1]!)
  if (!header || !claims || typeof header.alg !== 'string') return undefined
  const exp = numericDate(claims.exp)
  const iat = numericDate(claims.iat)
  return { ...(exp !== undefined && { exp }), ...(iat !== undefined && { iat }) }
}

function parseObject(part: string): Record<string, unknown> | undefined {
  const bytes = decodeBase64(part)
  const text = bytes && utf8Text(bytes)
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** RFC 7519 §2 NumericDate: seconds, possibly with a fraction. */
const numericDate = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? Math.floor(value) : undefined
