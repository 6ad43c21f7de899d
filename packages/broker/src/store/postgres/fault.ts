import { BursarError } from '@bursar/domain/error.ts'

/**
 * `conflict`: a key is taken or needed. `retry`: rolled back because of others (class 40). `lost`: the
 * connection can not be used any more. `unavailable`: the server said no for now. `invalid`: the statement
 * was wrong.
 */
export interface PostgresFault {
  kind: 'conflict' | 'retry' | 'lost' | 'unavailable' | 'invalid'
  error: BursarError
}

/** SQLSTATE classes, PostgreSQL appendix A. Their messages speak of server and connection, never of values. */
const ABOUT_THE_SERVER = new Set(['08', '25', '28', '3D', '53', '54', '55', '57', '58', 'F0', 'XX'])
/** A text with U+0000, which comes from whoever asked. */
const NOT_STORABLE = '22021'
const FOREIGN_KEY = '23503'
const UNIQUE = '23505'
const SERIALIZATION_FAILURE = '40001'
const DEADLOCK = '40P01'
/** A prepared statement is gone, or the schema changed under it: a new connection prepares it anew. */
const UNPREPARED = new Set(['0A000', '26000'])
/** A session that became read-only belongs to a server that lost its role. */
const READ_ONLY = '25006'

export function faultOf(error: unknown): PostgresFault {
  const code = sqlState(error)
  if (code === undefined) return { kind: 'lost', error: unavailable(messageOf(error)) }
  if (code === UNIQUE || code === FOREIGN_KEY) return { kind: 'conflict', error: invalid(code, error) }
  if (code === NOT_STORABLE) return { kind: 'invalid', error: notStorable() }
  if (code === SERIALIZATION_FAILURE || code === DEADLOCK) return { kind: 'retry', error: unavailable(code) }
  if (UNPREPARED.has(code) || code === READ_ONLY)
    return { kind: 'lost', error: unavailable(messageOf(error)) }
  if (!ABOUT_THE_SERVER.has(code.slice(0, 2))) return { kind: 'invalid', error: invalid(code, error) }
  const ends = code.startsWith('08') || code.startsWith('57P')
  return { kind: ends ? 'lost' : 'unavailable', error: unavailable(messageOf(error)) }
}

/** For what went missing while it was being committed. */
export function outcomeUnknown(error: unknown): BursarError {
  return unavailable(`${messageOf(error)}; outcome unknown`)
}

function sqlState(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && 'severity' in (error as object)
    ? code
    : undefined
}

const unavailable = (detail: string) =>
  new BursarError('store.unavailable', { detail: `PostgreSQL: ${detail}` })

/** The message of a data error may quote a value; that of a wrong statement (class 42) quotes the statement. */
function invalid(code: string, error: unknown): BursarError {
  const detail = code.startsWith('42') ? `${code} ${messageOf(error)}` : code
  return new BursarError('internal', { detail: `PostgreSQL refused a statement: ${detail}` })
}

const notStorable = () =>
  new BursarError('request.invalid', {
    detail: 'A name or cursor holds the character U+0000, which none has.',
  })

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ')
  return error instanceof Error ? error.message : String(error)
}
