import type { Contact } from '@bursar/domain/marketing-cloud/binding.ts'
import { parseContact } from '@bursar/domain/marketing-cloud/contact.ts'
import type { ContactResult } from '@bursar/domain/marketing-cloud/outcome.ts'
import type { Line } from './ndjson-lines.ts'

/** Whole numbers that JavaScript would change, and members that would not be members. */
const DOUBTFUL = /[:,[\s]-?\d{16,}(?![\d.eE])|"__proto__"/

/** The contact of a line, what is wrong with it, or null for a blank line. */
export function readContactLine({
  text,
  fault,
}: Line): { contact: Contact } | { reason: NonNullable<ContactResult['reason']> } | null {
  if (text === null) return { reason: fault! }
  if (text.trim() === '') return null
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { reason: { code: 'line.malformed', detail: 'The line is not JSON.' } }
  }
  if (DOUBTFUL.test(text) && isDoubtful(value)) {
    return {
      reason: {
        code: 'line.doubtful',
        detail: 'The line has a number that would change when it is read, or a member that can not be used.',
      },
    }
  }
  const parsed = parseContact(value)
  if ('contact' in parsed) return parsed
  const [problem] = parsed.problems
  return { reason: { code: 'line.invalid', detail: `${problem!.path}: ${problem!.detail}` } }
}

function isDoubtful(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value)
  if (typeof value !== 'object' || value === null) return false
  if (Object.hasOwn(value, '__proto__')) return true
  return Object.values(value).some(isDoubtful)
}
