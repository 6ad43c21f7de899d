import { parseInstant } from './instant.ts'

/** No provider is believed when it asks for more than a day of silence. */
export const MAX_RETRY_AFTER_SECONDS = 86_400

/** Seconds to wait by a `Retry-After` header, RFC 9110 §10.2.3: a number of seconds or a date. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  const text = value.trim()
  const seconds = /^\d+(?:\.\d+)?$/.test(text) ? Math.ceil(Number(text)) : secondsUntil(text, now)
  return seconds === undefined ? undefined : Math.min(Math.max(seconds, 0), MAX_RETRY_AFTER_SECONDS)
}

function secondsUntil(date: string, now: number): number | undefined {
  const at = parseInstant(date)
  return at === undefined ? undefined : at - now
}
