import { BursarError } from '@bursar/domain/error.ts'
import type { Change, Outcome } from './store.ts'

/** What both engines bind and answer. Booleans are 0 and 1, JSON is text. */
export type Value = string | number | null | Uint8Array
export type Row = Record<string, Value>

/** One SQL statement with `$1` placeholders, the same text for both engines. */
export interface Statement {
  sql: string
  params: readonly Value[]
  /** How many rows it must change or return; with any other number the whole unit is undone. */
  rows?: number
}

/** What is saved together or not at all. */
export interface Unit {
  statements: readonly Statement[]
  /** Recorded in the change feed within the unit, and told to listeners after the commit. */
  changes?: readonly Change[]
}

/** A change that is committed. `seq` is null for a hint that was never written to the feed. */
export interface CommittedChange extends Change {
  seq: number | null
}

/** What a refresher claims a batch with. */
export interface DueClaim {
  now: number
  leaseSeconds: number
  leaseId: string
  limit: number
}

export interface IntentWrite {
  workspaceId: string
  credentialId: string
  leaseId: string
  expectedVersion: number
  /** The one that the claim showed. */
  expectedIntentId: string | null
  intentId: string
  now: number
}

/** The hot path of the refresher, which each engine does in the way that is fastest there. */
export interface Queue {
  /**
   * The claimed token rows joined with their credentials, as they stand after the claim, oldest due first; with
   * `was_due_at`.
   */
  claimDue(claim: DueClaim): Promise<Row[]>
  saveIntent(intent: IntentWrite): Promise<boolean>
  saveOutcome(outcome: Outcome): Promise<boolean>
}

/**
 * A database as the tables see it. Units that arrive together share a commit, and a unit that is undone
 * undoes none of its neighbours. Faults are `BursarError('store.unavailable')`.
 */
export interface Database {
  readonly engine: 'sqlite' | 'postgres'
  readonly queue: Queue
  read(sql: string, params?: readonly Value[]): Promise<Row[]>
  /** Rows of each statement once the unit is durable; null when it was undone. */
  write(unit: Unit): Promise<Row[][] | null>
  close(): Promise<void>
}

/** For units that can only be undone by a key that is there already. */
export async function insist(database: Database, unit: Unit): Promise<Row[][]> {
  const written = await database.write(unit)
  if (written === null) {
    throw new BursarError('internal', {
      detail: 'A row with this key is there already, or its owner is gone.',
    })
  }
  return written
}
