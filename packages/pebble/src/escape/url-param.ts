import type { Strategy } from './strategy.ts'

/** What stays in a query parameter although `encodeURIComponent` encodes it. */
const KEPT = /%(?:24|2C|3A|3B|40|2F|3F)/g

/** For parameters of a URL, RFC 3986 §3.4 without `&`, `=` and `+`. This is no form encoding. */
export const urlParam: Strategy = (text) => {
  const whole = text.isWellFormed() ? text : text.replace(/\p{Surrogate}/gu, '?')
  return encodeURIComponent(whole).replace(KEPT, decodeURIComponent)
}
