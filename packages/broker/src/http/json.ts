import { BursarError, type Problem } from '@bursar/domain/error.ts'
import { pointer } from '@bursar/domain/problem.ts'
import { createScanner, type JSONVisitor, visit } from 'jsonc-parser'

/** What can be wrong with the text of a body; `docs/errors.md` explains each. */
export const JSON_PROBLEM_CODES = [
  'json.malformed',
  'json.too_deep',
  'json.duplicate_member',
  'json.reserved_member',
  'json.inexact_number',
  'json.unkeepable_text',
] as const
type JsonProblemCode = (typeof JSON_PROBLEM_CODES)[number]
interface JsonProblem extends Problem {
  code: JsonProblemCode
}

/** Nothing in the API nests half as deep; recursive code downstream must not be made to overflow. */
const MAX_DEPTH = 64

/**
 * Parses JSON (RFC 8259) and refuses what `JSON.parse` lets pass although its meaning is not certain:
 * duplicate members, `__proto__`, numbers that do not survive, text that no database keeps. No message
 * quotes the text, since secrets stand in it.
 */
export function parseJson(text: string): unknown {
  refuseDepth(text)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw malformed([firstFault(text)])
  }
  const problems = findDoubtful(text)
  if (problems.length > 0) throw malformed(problems)
  return value
}

function malformed(problems: readonly JsonProblem[]): BursarError {
  return new BursarError('request.malformed_json', { detail: problems[0]!.detail, problems })
}

/** Scans without recursion, so that it is safe to run first. */
function refuseDepth(text: string): void {
  const scanner = createScanner(text, true)
  let depth = 0
  for (let token = scanner.scan(); token !== END_OF_TEXT; token = scanner.scan()) {
    if (OPENING.has(token)) depth++
    else if (CLOSING.has(token)) depth--
    if (depth > MAX_DEPTH)
      throw malformed([
        {
          path: '',
          code: 'json.too_deep',
          detail: `${place(scanner.getTokenStartLine(), scanner.getTokenStartCharacter())}: nested deeper than ${MAX_DEPTH} levels.`,
        },
      ])
  }
}

// `SyntaxKind` is a const enum, which type stripping can not import.
const OPENING: ReadonlySet<number> = new Set([1, 3])
const CLOSING: ReadonlySet<number> = new Set([2, 4])
const END_OF_TEXT: number = 17

const place = (line: number, character: number): string => `Line ${line + 1}, column ${character + 1}`

/** Where and why the text stops being JSON. */
function firstFault(text: string): JsonProblem {
  let detail: string | undefined
  visit(
    text,
    {
      onError: (code, _offset, _length, line, character) => {
        detail ??= `${place(line, character)}: ${FAULTS[code] ?? 'this is not JSON'}.`
      },
    },
    { disallowComments: true },
  )
  return { path: '', code: 'json.malformed', detail: detail ?? 'The text is not JSON.' }
}

/** By `ParseErrorCode`, a const enum as well. */
const FAULTS: Readonly<Record<number, string>> = {
  1: 'this symbol has no meaning in JSON',
  2: 'this is not a number',
  3: 'a member name in double quotes is expected',
  4: 'a value is expected',
  5: 'a colon is expected',
  6: 'a comma is expected',
  7: 'a closing brace is expected',
  8: 'a closing bracket is expected',
  9: 'the text goes on after its end',
  10: 'JSON has no comments',
  11: 'JSON has no comments',
  12: 'the text ends inside a string',
  13: 'the text ends inside a number',
  14: 'this is not a Unicode escape',
  15: 'this is not an escape sequence',
  16: 'this character must be escaped',
}

/** Looks through text that is valid JSON. */
function findDoubtful(text: string): JsonProblem[] {
  const problems: JsonProblem[] = []
  const objects: Set<string>[] = []
  const report = (path: string, line: number, character: number, code: JsonProblemCode, what: string) =>
    problems.push({ path, code, detail: `${place(line, character)}: ${what}.` })

  const visitor: JSONVisitor = {
    onObjectBegin: () => void objects.push(new Set()),
    onObjectEnd: () => void objects.pop(),
    onObjectProperty: (name, _offset, _length, line, character, pathOf) => {
      const path = pointer('', [...pathOf(), name])
      const names = objects.at(-1)!
      if (names.has(name))
        report(path, line, character, 'json.duplicate_member', 'this member is there twice')
      names.add(name)
      if (name === '__proto__')
        report(path, line, character, 'json.reserved_member', 'this name can not be used')
      if (!isKeepable(name)) report(path, line, character, 'json.unkeepable_text', UNKEEPABLE)
    },
    onLiteralValue: (value, offset, length, line, character, pathOf) => {
      if (typeof value === 'string' && !isKeepable(value))
        report(pointer('', pathOf()), line, character, 'json.unkeepable_text', UNKEEPABLE)
      if (typeof value === 'number' && !isExact(value, text.slice(offset, offset + length)))
        report(pointer('', pathOf()), line, character, 'json.inexact_number', INEXACT)
    },
  }
  visit(text, visitor, { disallowComments: true })
  return problems
}

const UNKEEPABLE = 'a NUL character or half of a surrogate pair, which can not be stored'
const INEXACT = 'this number would change when it is read; write it as a string'

const isKeepable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** Beyond 2^53 whole numbers have gaps; one written out in digits is meant exactly. */
const isExact = (number: number, literal: string): boolean =>
  /^-?\d+$/.test(literal) ? Number.isSafeInteger(number) : Number.isFinite(number)
