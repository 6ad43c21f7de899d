import { decodeBase64, utf8Text } from '../base64.ts'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../exchange.ts'
import { isObject } from '../json.ts'
import { readMembers, repeatedName } from './json-members.ts'
import { type JwtFault, jwtFault } from './jwt-fault.ts'

/** Longer ones are refused before anything of them is decoded. */
export const MAX_JWS_LENGTH = 65_536
export const MAX_JWS_HEADER_LENGTH = 8_192

/** The three parts as they stand in the token, each base64url without padding (RFC 7515 §3.1). */
export interface CompactJws {
  header: string
  payload: string
  signature: string
  /** What is signed: header, dot, payload. */
  input: string
}

/** Of a header, what may decide anything; every other member is ignored, and nothing in it is ever fetched. */
export interface JwsHeader {
  alg: SigningAlgorithm
  kid: string | null
  typ: string | null
}

/** Takes a compact JWS apart without decoding it. */
export function splitCompactJws(token: string): CompactJws | JwtFault {
  if (token.length > MAX_JWS_LENGTH) return jwtFault('jwt.too_large')
  const first = token.indexOf('.')
  const second = token.indexOf('.', first + 1)
  if (first <= 0 || second < 0 || token.indexOf('.', second + 1) >= 0) return jwtFault('jwt.malformed')
  if (first > MAX_JWS_HEADER_LENGTH) return jwtFault('jwt.too_large')
  const parts = {
    header: token.slice(0, first),
    payload: token.slice(first + 1, second),
    signature: token.slice(second + 1),
    input: token.slice(0, second),
  }
  // RFC 7515 §2: no padding, line breaks or other characters; only `none` has an empty signature.
  if (/[^\w.-]/.test(token)) return jwtFault('jwt.malformed')
  if (!isWhole(parts.payload) || !isWhole(parts.signature)) return jwtFault('jwt.malformed')
  return parts.signature === '' ? jwtFault('jwt.unsigned') : parts
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** A number of letters that bytes can come to, and no spare bit set (RFC 4648 §3.5): one spelling for each. */
function isWhole(text: string): boolean {
  const rest = text.length % 4
  if (rest === 0) return true
  return rest !== 1 && ALPHABET.indexOf(text.at(-1)!) % (rest === 2 ? 16 : 4) === 0
}

const isBase64url = (text: string): boolean => !/[^\w-]/.test(text) && isWhole(text)

/** Reads the first part. Pure, so that a caller may remember what it answered for the same part. */
export function readJwsHeader(part: string): JwsHeader | JwtFault {
  const text = readText(part)
  if (text === undefined) return jwtFault('jwt.malformed')
  const value = parseOrUndefined(text)
  if (!isObject(value)) return jwtFault('jwt.malformed')
  // RFC 7515 §4: Header Parameter names MUST be unique; parsers either refuse or take the last. Refusing
  // leaves nothing for two readers to disagree about.
  const repeated = repeatedName(readMembers(text)!)
  if (repeated !== undefined) return jwtFault('jwt.duplicate_member')
  // RFC 7515 §4.1.11: what is critical and not understood makes the JWS invalid; nothing is understood here.
  if (Object.hasOwn(value, 'crit')) return jwtFault('jwt.critical')
  // RFC 7797 §6: without `crit` an unencoded payload must not be taken for one.
  if (Object.hasOwn(value, 'b64') && value.b64 !== true) return jwtFault('jwt.critical')
  const { alg, kid, typ } = value
  if (typeof alg !== 'string') return jwtFault('jwt.malformed')
  if (!isSigningAlgorithm(alg))
    return jwtFault(alg.toLowerCase() === 'none' ? 'jwt.unsigned' : 'jwt.algorithm')
  if (kid !== undefined && typeof kid !== 'string') return jwtFault('jwt.malformed')
  if (typ !== undefined && typeof typ !== 'string') return jwtFault('jwt.malformed')
  return { alg, kid: kid ?? null, typ: typ ?? null }
}

const isSigningAlgorithm = (alg: string): alg is SigningAlgorithm =>
  (SIGNING_ALGORITHMS as readonly string[]).includes(alg)

function readText(part: string): string | undefined {
  if (!isBase64url(part)) return undefined
  const bytes = decodeBase64(part)
  return bytes && utf8Text(bytes)
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
