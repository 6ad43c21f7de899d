import { type CompileOptions, compile, type Limits, profiles, TemplateError } from '../../src/index.ts'
import { parseLossless } from './lossless-json.ts'

/** One recorded case; `test/cases/README.md` describes the format. */
export interface Case {
  readonly id: string
  readonly topic: string
  readonly tier: 'core' | 'extended' | 'sandbox'
  readonly template: string
  readonly context: unknown
  readonly options: CompileOptions
  readonly expected: Result
  readonly expectedStrict: Result
}

export type Result =
  | { readonly ok: true; readonly output: string }
  | { readonly ok: false; readonly category: string }

interface RecordedResult {
  readonly ok: boolean
  readonly output?: string
  readonly error?: { readonly category: string }
}

/** Reads a file of cases, one per line. */
export function readCases(text: string): Case[] {
  return text.split('\n').filter(Boolean).map(readCase)
}

function readCase(line: string): Case {
  const recorded = JSON.parse(line)
  const { maxRenderedSize, ...options } = recorded.options ?? {}
  const limits: Partial<Limits> = maxRenderedSize === undefined ? {} : { renderedSize: maxRenderedSize }
  const lossless = parseLossless(line) as { context: unknown }
  return {
    id: recorded.id,
    topic: recorded.topic,
    tier: recorded.tier,
    template: recorded.template,
    context: lossless.context,
    options: { ...options, limits },
    expected: readResult(recorded.expected),
    expectedStrict: readResult(
      recorded.expected_strict === 'same' ? recorded.expected : recorded.expected_strict,
    ),
  }
}

function readResult(result: RecordedResult): Result {
  if (result.ok) return { ok: true, output: result.output ?? '' }
  return { ok: false, category: result.error?.category ?? 'unknown' }
}

export type Mode = 'default' | 'strict'

/** What a case gave in one mode, and whether that is what was recorded. */
export interface Outcome {
  readonly mode: Mode
  readonly passed: boolean
  /** Passed because this engine refused what it must not do. */
  readonly refused: boolean
  readonly expected: Result
  readonly actual: Result
}

export function runCase(one: Case): Outcome[] {
  return [
    judge(one, 'default', one.expected, render(one, false)),
    judge(one, 'strict', one.expectedStrict, render(one, true)),
  ]
}

function render(one: Case, strictVariables: boolean): Result {
  try {
    const options = { ...one.options, strictVariables, profile: profiles.perRenderCache }
    return { ok: true, output: compile(one.template, options).render(one.context as object) }
  } catch (thrown) {
    if (thrown instanceof TemplateError) return { ok: false, category: categoryOf(thrown) }
    throw thrown
  }
}

/** The recorded engine counts its limit on the output as a runtime error. */
function categoryOf(error: TemplateError): string {
  return error.kind === 'limit' ? 'runtime' : error.kind
}

function judge(one: Case, mode: Mode, expected: Result, actual: Result): Outcome {
  const refused = !actual.ok && actual.category === 'refused'
  const passed = refused ? one.tier === 'sandbox' || !expected.ok : same(expected, actual)
  return { mode, passed, refused, expected, actual }
}

function same(a: Result, b: Result): boolean {
  return a.ok ? b.ok && a.output === b.output : !b.ok && a.category === b.category
}
