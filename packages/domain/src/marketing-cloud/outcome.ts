import type { Answer } from '../exchange.ts'
import { isObject } from '../json.ts'
import type { ActivityConfig } from './activity-config.ts'

export type Scalar = string | number | boolean | null

/** What an answer of `execute` means for the contact. */
export type Verdict =
  | {
      kind: 'sent'
      outArguments: Readonly<Record<string, Scalar>>
      branchResult?: string
      /** What of the answer was not used, and why. */
      note?: string
    }
  /** Asking again may help. */
  | { kind: 'again'; code: string; detail: string }
  /** The contact leaves the journey. */
  | { kind: 'ejected'; code: string; detail: string }

/** Judges an answer: 200 goes on, 5xx is asked again while retries are left, everything else ejects. */
export function judgeExecution(
  { kind, branches }: Pick<ActivityConfig, 'kind' | 'branches'>,
  { status, body }: Pick<Answer, 'status' | 'body'>,
): Verdict {
  if (status !== 200) {
    const detail = `The activity answered ${status}.`
    return { kind: status >= 500 ? 'again' : 'ejected', code: 'answer.status', detail }
  }
  const { members, note } = readFlat(body)
  if (kind === 'REST') return { kind: 'sent', outArguments: members, ...(note !== undefined && { note }) }
  const { branchResult, ...outArguments } = members
  if (typeof branchResult !== 'string' || branchResult === '') {
    return { kind: 'ejected', code: 'answer.no_branch', detail: 'The answer has no branchResult.' }
  }
  if (!branches.includes(branchResult)) {
    const detail = 'The branchResult of the answer is none of the outcomes.'
    return { kind: 'ejected', code: 'answer.unknown_branch', detail }
  }
  return { kind: 'sent', outArguments, branchResult, ...(note !== undefined && { note }) }
}

/** The scalars of a flat JSON object. A 200 counts whatever else its body is: the contact has been taken. */
function readFlat(answered: string): { members: Record<string, Scalar>; note?: string } {
  // A byte order mark may be ignored, RFC 8259 §8.1.
  const body = answered.replace(/^\ufeff/, '')
  if (body.trim() === '') return { members: {} }
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return { members: {}, note: 'The answer is not JSON, so there are no out-arguments.' }
  }
  if (!isObject(value)) {
    return { members: {}, note: 'The answer is not a JSON object, so there are no out-arguments.' }
  }
  const entries = Object.entries(value)
  const flat = entries.filter((entry): entry is [string, Scalar] => !isNested(entry[1]))
  const members = Object.fromEntries(flat)
  if (flat.length === entries.length) return { members }
  return { members, note: 'Members of the answer that are objects or lists were left out.' }
}

const isNested = (value: unknown): boolean => typeof value === 'object' && value !== null

/** What became of one contact. */
export interface ContactResult {
  /** Of the input, counted from 1; absent for a contact that was handed in by itself. */
  line?: number
  contactKey?: string
  /**
   * `sent`: taken by the activity. `ejected`: it left the journey by the answer or by its own data. `failed`: no
   * answer could be had. `invalid`: the line is no contact.
   */
  status: 'sent' | 'ejected' | 'failed' | 'invalid'
  outArguments?: Readonly<Record<string, Scalar>>
  branchResult?: string
  note?: string
  reason?: { code: string; detail: string; httpStatus?: number }
  /** Requests made. */
  attempts: number
  /** The activity may have received this contact more than once. */
  mayBeRepeated?: true
}

export type Counts = Record<ContactResult['status'] | 'repeated', number>

export const noCounts = (): Counts => ({ sent: 0, ejected: 0, failed: 0, invalid: 0, repeated: 0 })

export function count(counts: Counts, { status, mayBeRepeated }: ContactResult): void {
  counts[status] += 1
  if (mayBeRepeated) counts.repeated += 1
}
