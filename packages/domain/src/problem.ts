import type { Problem } from './error.ts'

/** What can be wrong with one member of a body; `docs/errors.md` lists them beside the error codes. */
export const PROBLEM_CODES = [
  'field.missing',
  'field.invalid',
  'field.unknown',
  'grant.unknown',
  'template.invalid',
  'secret.misplaced',
  'secret.unexpected',
  'secret.missing',
  'secret.malformed',
  'secret.wrong_key',
] as const
export type ProblemCode = (typeof PROBLEM_CODES)[number]

/** A problem without members that say nothing. */
export function problem(path: string, code: ProblemCode, detail: string, hint?: string): Problem {
  return { path, code, detail, ...(hint !== undefined && { hint }) }
}

/** A JSON pointer, RFC 6901 §3. */
export function pointer(basePath: string, path: readonly PropertyKey[]): string {
  return basePath + path.map((part) => `/${escapePointer(String(part))}`).join('')
}

const escapePointer = (part: string): string => part.replaceAll('~', '~0').replaceAll('/', '~1')

/** A name as it may be shown: bounded, and without anything that could disturb a terminal. */
export const shownName = (name: string): string =>
  name.replace(/[^\x20-\x7e]/g, '?').slice(0, 60) + (name.length > 60 ? '…' : '')
