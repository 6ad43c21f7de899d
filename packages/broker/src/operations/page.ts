import type { Page } from './operations.ts'

const LIMIT = 50
const LIMIT_AT_MOST = 500

export const readLimit = (limit: number | undefined): number =>
  Math.min(Math.max(1, limit ?? LIMIT), LIMIT_AT_MOST)

/** `rows` holds one more than the page when there is a next one. */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (row: T) => string): Page<T> {
  const items = rows.slice(0, limit)
  const last = items.at(-1)
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null }
}
