import type { Strategy } from './strategy.ts'

/** What stays in a query parameter although `encodeURIComponent` encodes it. */
const KEPT = /%(?:24|2C|3A|3B|40|2F|3F)/g

/**
 * For parameters of a URL, RFC 3986 §3.4 without `&`, `=` and `+`. This is no form encoding. A surrogate without its
 * partner becomes an encoded question mark.
 */
export const urlParam: Strategy = (text) => {
  if (text.isWellFormed()) return encode(text)
  return text
    .split(/\p{Surrogate}/u)
    .map(encode)
    .join('%3F')
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(KEPT, decodeURIComponent)
}
