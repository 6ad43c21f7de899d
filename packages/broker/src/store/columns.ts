import type { Value } from './database.ts'

/**
 * Text as both engines keep it: PostgreSQL takes neither U+0000 nor lone surrogates, and a provider may
 * answer either. They become U+FFFD.
 */
export function storableText(text: string): string {
  const withoutNul = text.includes('\0') ? text.replaceAll('\0', '\uFFFD') : text
  return withoutNul.isWellFormed() ? withoutNul : withoutNul.toWellFormed()
}

/** JSON text, its strings as {@link storableText} has them. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value)
  // Only these escapes can stand for what PostgreSQL refuses; most values have none and are done.
  return json.includes('\\u') && /\\u(0000|d[89a-f])/i.test(json)
    ? JSON.stringify(storable(JSON.parse(json)))
    : json
}

function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value)
  if (Array.isArray(value)) return value.map(storable)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [storableText(name), storable(member)]),
  )
}

export const textOrNull = (value: string | null): string | null =>
  value === null ? null : storableText(value)
export const jsonOrNull = (value: unknown): string | null => (value === null ? null : toJson(value))
export const bitOrNull = (value: boolean | null): number | null => (value === null ? null : Number(value))

export const readJson = <T>(value: Value | undefined): T => JSON.parse(value as string) as T
export const readJsonOrNull = <T>(value: Value | undefined): T | null =>
  value === null || value === undefined ? null : readJson<T>(value)
export const readBitOrNull = (value: Value | undefined): boolean | null =>
  value === null || value === undefined ? null : value === 1
