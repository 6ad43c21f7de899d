import type { Row, Value } from '../database.ts'
import type { PackedUnits } from './packed.ts'

/** What the worker is asked. Each question has one answer with the same `id`. */
export type Question =
  | { id: number; kind: 'read'; sql: string; params: readonly Value[] }
  | {
      id: number
      kind: 'write'
      /** Texts that come for the first time; they get the next numbers, from 0. */
      texts: readonly string[]
      units: PackedUnits
    }
  | { id: number; kind: 'close' }

/** Rows as lists, with the names of their columns once. */
export interface ListedRows {
  columns: readonly string[]
  rows: ReadonlyArray<readonly Value[]>
}

/** The same as text: many values cross to another thread in one for a fifth of what they cost one by one. */
export interface WrittenRows {
  columns: readonly string[]
  json: string
}

/** Fewer values are not worth the detour. */
const WRITTEN_FROM = 64

/** Rows ready to cross to another thread. Bytes, which JSON does not know, go as they are. */
export function writeRows({ columns, rows }: ListedRows): ListedRows | WrittenRows {
  const isWritten = rows.length * columns.length >= WRITTEN_FROM && rows.every((row) => row.every(isOfJson))
  return isWritten ? { columns, json: JSON.stringify(rows) } : { columns, rows }
}

const isOfJson = (value: Value): boolean =>
  value === null || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))

export function readRows(listed: ListedRows | WrittenRows | null): Row[] {
  if (listed === null) return []
  const { columns } = listed
  const rows = 'json' in listed ? (JSON.parse(listed.json) as Value[][]) : listed.rows
  return rows.map((values) => {
    const row: Row = {}
    for (let i = 0; i < columns.length; i++) row[columns[i]!] = values[i]!
    return row
  })
}

export type Answer =
  | { id: number; kind: 'rows'; rows: ListedRows | WrittenRows }
  | { id: number; kind: 'results'; results: Array<UnitResult | null> }
  | { id: number; kind: 'fault'; fault: Fault }
  | { id: number; kind: 'closed' }

/** Of a statement that answers no rows: null. Of a unit that was saved and answers none at all: null as a whole. */
export type UnitResult =
  | { kind: 'saved'; rows: Array<ListedRows | null> }
  | { kind: 'undone' }
  | { kind: 'fault'; fault: Fault }

/** `unavailable`: the file could not be read or written. `invalid`: the statement was wrong. */
export interface Fault {
  kind: 'unavailable' | 'invalid'
  detail: string
}

export interface WorkerSettings {
  file: string
  readOnly: boolean
}
