import type { Row, Statement, Value } from '../database.ts'

/** What the worker is asked. Each question has one answer with the same `id`. */
export type Question =
  | { id: number; kind: 'read'; sql: string; params: readonly Value[] }
  | { id: number; kind: 'write'; units: ReadonlyArray<readonly Statement[]> }
  | { id: number; kind: 'close' }

export type Answer =
  | { id: number; kind: 'rows'; rows: Row[] }
  | { id: number; kind: 'results'; results: UnitResult[] }
  | { id: number; kind: 'fault'; fault: Fault }
  | { id: number; kind: 'closed' }

export type UnitResult =
  | { kind: 'saved'; rows: Row[][] }
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
