import { BursarError, type Problem } from '../../error.ts'
import { parseInstant } from '../../instant.ts'
import { shownName } from '../../problem.ts'

/** How the values of a field are written in filters. */
export type FieldKind = 'text' | 'number' | 'boolean' | 'instant'

export type Test =
  | { op: 'eq' | 'not' | 'lt' | 'gt'; value: string | number }
  /** The letters A to Z in either case, as Reactor has it; `holds` has them as they are. */
  | { op: 'contains' | 'holds'; value: string }
  | { op: 'between'; from: string | number; to: string | number }
  | { op: 'null' | 'not_null' }

export interface Filter {
  name: string
  /** One of these has to hold, where there are any, … */
  any: readonly Test[]
  /** … and each of these: a resource that must not be a and not be b is neither. */
  all: readonly Test[]
}

export interface ListQuery {
  filters: readonly Filter[]
  sort: ReadonlyArray<{ name: string; descending: boolean }>
  pageNumber: number
  pageSize: number
}

export const FILTER_OPERATORS = ['EQ', 'NOT', 'LT', 'GT', 'BETWEEN', 'CONTAINS'] as const
/** What Reactor once called CONTAINS, and what clients of it still say. */
const OLD_CONTAINS = 'LIKE'

export const PAGE_SIZE = 25
export const PAGE_SIZE_AT_MOST = 100
const PAGE_NUMBER_AT_MOST = 1_000_000

/**
 * Reads the query of a list. A filter that can not be understood is left out, as Reactor does; a page or an
 * order that can not be understood is refused (JSON:API 1.0, "Sorting" and "Query Parameters").
 */
export function readListQuery(
  query: Iterable<readonly [name: string, value: string]>,
  fields: Readonly<Record<string, FieldKind>>,
): ListQuery {
  const problems: Problem[] = []
  const filters = new Map<string, Filter>()
  const read: { sort: ListQuery['sort']; pageNumber: number; pageSize: number } = {
    sort: [],
    pageNumber: 1,
    pageSize: PAGE_SIZE,
  }
  for (const [name, value] of query) {
    const [, family, member] = /^([^[\]]*)(?:\[([^\]]*)\])?$/.exec(name) ?? []
    if (family === 'filter' && member !== undefined) {
      // The last one wins, even one that is left out.
      filters.delete(member)
      const filter = Object.hasOwn(fields, member) ? readFilter(member, value, fields[member]!) : undefined
      if (filter !== undefined) filters.set(member, filter)
    } else if (name === 'page[number]') {
      read.pageNumber = pageOf(name, value, PAGE_NUMBER_AT_MOST, problems)
    } else if (name === 'page[size]') {
      read.pageSize = Math.min(pageOf(name, value, Number.MAX_SAFE_INTEGER, problems), PAGE_SIZE_AT_MOST)
    } else if (name === 'sort') {
      read.sort = readSort(value, fields, problems)
    } else {
      refuseUnknown(name, problems)
    }
  }
  if (problems.length > 0) throw new BursarError('json_api.query', { detail: problems[0]!.detail, problems })
  return { ...read, filters: [...filters.values()] }
}

/** Refuses what a call that answers one resource does not take. */
export function checkQuery(query: Iterable<readonly [name: string, value: string]>): void {
  const problems: Problem[] = []
  for (const [name] of query) refuseUnknown(name, problems)
  if (problems.length > 0) throw new BursarError('json_api.query', { detail: problems[0]!.detail, problems })
}

/** JSON:API 1.0: a name of small letters only is reserved, and what is not supported is refused. */
function refuseUnknown(name: string, problems: Problem[]): void {
  if (/^fields\[[^\]]+\]$/.test(name) || !/^[a-z]*(?:\[.*)?$/.test(name)) return
  const detail =
    name === 'include'
      ? 'Related resources are read by their links; they are not included.'
      : `There is no query parameter "${shownName(name)}" here.`
  problems.push({ path: `/query/${name}`, code: 'invalid-parameter', detail })
}

function pageOf(name: string, value: string, most: number, problems: Problem[]): number {
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= 1 && number <= most) return number
  problems.push({
    path: `/query/${name}`,
    code: 'invalid-parameter',
    detail: 'This is a whole number from 1.',
  })
  return 1
}

function readSort(
  value: string,
  fields: Readonly<Record<string, FieldKind>>,
  problems: Problem[],
): ListQuery['sort'] {
  return value.split(',').flatMap((part) => {
    // A plus sign that was not encoded arrives as a blank.
    const [, sign, name = ''] = /^([+\- ]?)(.*)$/s.exec(part)!
    if (Object.hasOwn(fields, name)) return { name, descending: sign === '-' }
    const detail = `Nothing is sorted by "${shownName(name)}" here, only by ${Object.keys(fields).join(', ')}.`
    problems.push({ path: '/query/sort', code: 'invalid-parameter', detail })
    return []
  })
}

const TERM = new RegExp(`^ *(${[...FILTER_OPERATORS, OLD_CONTAINS].join('|')}) (.*)$`, 's')

/** `OP value`, several separated by commas, where one without an operator goes on with that before it. */
function readFilter(name: string, text: string, kind: FieldKind): Filter | undefined {
  const terms: Array<{ op: string; values: string[] }> = []
  for (const part of text.split(',')) {
    const [, op, value] = TERM.exec(part) ?? []
    const last = terms.at(-1)
    if (op !== undefined) terms.push({ op: op === OLD_CONTAINS ? 'CONTAINS' : op, values: [value!] })
    else if (last !== undefined) last.values.push(part)
    else return undefined
  }
  const any: Test[] = []
  const all: Test[] = []
  for (const { op, values } of terms) {
    const tests = testsOf(op, values, kind)
    if (tests === undefined) return undefined
    if (op === 'NOT') all.push(...tests)
    else any.push(...tests)
  }
  return { name, any, all }
}

function testsOf(op: string, values: readonly string[], kind: FieldKind): Test[] | undefined {
  if (op === 'CONTAINS' && kind !== 'text') return undefined
  if (op === 'BETWEEN') {
    const [from, to, ...more] = values.map((value) => operandOf(value, kind))
    return from === undefined || to === undefined || more.length > 0
      ? undefined
      : [{ op: 'between', from, to }]
  }
  const tests: Test[] = []
  for (const written of values) {
    if (written.trim() === 'null' && (op === 'EQ' || op === 'NOT')) {
      tests.push({ op: op === 'EQ' ? 'null' : 'not_null' })
      continue
    }
    const value = op === 'CONTAINS' ? written : operandOf(written, kind)
    if (value === undefined || value === '') return undefined
    tests.push(op === 'CONTAINS' ? { op: 'contains', value: written } : { op: OPERATORS[op]!, value })
  }
  return tests
}

const OPERATORS: Readonly<Record<string, 'eq' | 'not' | 'lt' | 'gt'>> = {
  EQ: 'eq',
  NOT: 'not',
  LT: 'lt',
  GT: 'gt',
}

function operandOf(text: string, kind: FieldKind): string | number | undefined {
  const trimmed = text.trim()
  switch (kind) {
    case 'text':
      return text
    case 'boolean':
      return trimmed === 'true' || trimmed === 'false' ? trimmed : undefined
    case 'number':
      return /^-?\d{1,15}(?:\.\d{1,9})?$/.test(trimmed) ? Number(trimmed) : undefined
    case 'instant': {
      const seconds = parseInstant(trimmed)
      // Years that are none are no instants a database could compare.
      return seconds === undefined || Number.isNaN(seconds) ? undefined : seconds
    }
  }
}
