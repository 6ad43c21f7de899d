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

export function readRows(listed: ListedRows | null): Row[] {
  if (listed === null) return []
  const { columns, rows } = listed
  return rows.map((values) => {
    const row: Row = {}
    for (let i = 0; i < columns.length; i++) row[columns[i]!] = values[i]!
    return row
  })
}

export type Answer =
  | { id: number; kind: 'rows'; rows: ListedRows }
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
