import type { Fault } from './protocol.ts'

/** Result codes of sqlite.org/rescode.html. */
const BUSY = 5
const CONSTRAINT = 19
/** ERROR, MISMATCH, RANGE: the statement or its parameters are wrong, not the file. */
const WRONG_STATEMENT = new Set([1, 20, 25])
const CONSTRAINT_FOREIGN_KEY = 787
const CONSTRAINT_PRIMARY_KEY = 1555
const CONSTRAINT_UNIQUE = 2067

const extendedCode = (error: unknown) => (error as { errcode?: number }).errcode

/** A key that is taken or that another row needs: an outcome, not a fault. */
export function isKeyConflict(error: unknown): boolean {
  const code = extendedCode(error)
  return code === CONSTRAINT_FOREIGN_KEY || code === CONSTRAINT_PRIMARY_KEY || code === CONSTRAINT_UNIQUE
}

export const isBusy = (error: unknown) => ((extendedCode(error) ?? 0) & 0xff) === BUSY

/** The text of SQLite names tables and columns, never values. */
export function faultOf(error: unknown): Fault {
  const code = extendedCode(error)
  const detail = error instanceof Error ? error.message : String(error)
  const invalid = code === undefined || WRONG_STATEMENT.has(code & 0xff) || (code & 0xff) === CONSTRAINT
  return { kind: invalid ? 'invalid' : 'unavailable', detail }
}
