import { z } from 'zod'

/** Credentials that are security contexts are named by this and the encoded external key. */
const PREFIX = 'mc.'
const ENCODED_AT_MOST = 128 - PREFIX.length

/**
 * An external key: ASCII that can be seen, as Key Management takes it. Upper and lower case are different keys,
 * while names of credentials are lower case, so a key is encoded into one.
 */
export const externalKey = z
  .string()
  .refine(isVisibleAscii, {
    message: 'An external key holds visible ASCII characters only, without blanks at its ends.',
    abort: true,
  })
  .refine((key) => encode(key).length <= ENCODED_AT_MOST, 'The external key is too long.')

function isVisibleAscii(key: string): boolean {
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(key)
}

/** The credential behind a security context. Different keys have different names. */
export const credentialNameOf = (key: string): string => PREFIX + encode(key)

/** The key a credential was named by; undefined when it is no security context. */
export function externalKeyOf(credentialName: string): string | undefined {
  if (!credentialName.startsWith(PREFIX)) return undefined
  const key = credentialName
    .slice(PREFIX.length)
    .replace(/_(?:([a-z])|([2-7][0-9a-f]))/g, (_all, letter: string | undefined, code: string) =>
      letter === undefined ? String.fromCharCode(Number.parseInt(code, 16)) : letter.toUpperCase(),
    )
  return isVisibleAscii(key) && credentialNameOf(key) === credentialName ? key : undefined
}

/** Lower case, digits, `.` and `-` stay; `A` becomes `_a`, anything else `_` and its code in hexadecimal. */
const encode = (key: string): string =>
  key.replace(/[^a-z0-9.-]/g, (character) =>
    /[A-Z]/.test(character) ? `_${character.toLowerCase()}` : `_${character.charCodeAt(0).toString(16)}`,
  )
