import type { Filter, ListQuery, Test } from './list-query.ts'

/** A field of a resource as filters compare it; instants are Unix seconds. */
export type FieldValue = string | number | boolean | null | undefined

/** Filters and sorts what is at hand already, as the database does it with what it has, and cuts a page out. */
export function pageOf<T>(
  all: readonly T[],
  fieldOf: (one: T, name: string) => FieldValue,
  { filters, sort, pageNumber, pageSize }: ListQuery,
): { items: T[]; total: number; pageNumber: number; pageSize: number } {
  const comparable = (one: T, name: string) => {
    const value = fieldOf(one, name)
    return typeof value === 'boolean' ? String(value) : (value ?? null)
  }
  const found = all.filter((one) => filters.every((filter) => passes(comparable(one, filter.name), filter)))
  // The sort is stable: what is equal stays in the order it had.
  found.sort((a, b) => {
    for (const { name, descending } of sort) {
      const order = compare(comparable(a, name), comparable(b, name))
      if (order !== 0) return descending ? -order : order
    }
    return 0
  })
  const from = (pageNumber - 1) * pageSize
  return { items: found.slice(from, from + pageSize), total: found.length, pageNumber, pageSize }
}

type Comparable = string | number | null

const passes = (value: Comparable, { any, all }: Filter): boolean =>
  (any.length === 0 || any.some((test) => holds(value, test))) && all.every((test) => holds(value, test))

function holds(value: Comparable, test: Test): boolean {
  switch (test.op) {
    case 'null':
      return value === null
    case 'not_null':
      return value !== null
    case 'not':
      return value !== test.value
    case 'contains':
      return typeof value === 'string' && smallLetters(value).includes(smallLetters(test.value))
    case 'holds':
      return typeof value === 'string' && value.includes(test.value)
    case 'between':
      return value !== null && compare(value, test.from) >= 0 && compare(value, test.to) <= 0
    case 'eq':
      return value === test.value
    case 'lt':
      return value !== null && compare(value, test.value) < 0
    case 'gt':
      return value !== null && compare(value, test.value) > 0
  }
}

/** As both databases do it: the letters A to Z, and no others. */
const smallLetters = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

/** Texts by their code units, numbers by size, nothing first. */
function compare(a: Comparable, b: Comparable): number {
  if (a === b) return 0
  if (a === null) return -1
  if (b === null) return 1
  return a < b ? -1 : 1
}
