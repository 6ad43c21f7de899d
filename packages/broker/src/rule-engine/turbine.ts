import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { compileFunction } from 'node:vm'
import { LogMask } from './log-mask.ts'

/** What the engine asks of the library of an environment. Shapes are those of `@adobe/reactor-turbine-edge`. */
export interface TurbineContainer {
  buildInfo: { environment: string }
  /** Regular expressions, or what becomes of them when they are joined; whatever they match is masked in logs. */
  getLogSensitiveTokens(env: TurbineEnv): readonly string[] | LogMask
  getHeaderOverrides(env: TurbineEnv): Array<{ key: string; value: string; urlPattern: string }>
  extensions: Record<string, { displayName: string }>
  modules: Record<string, { extensionName: string; displayName: string; script: TurbineModule }>
  dataElements: Record<string, TurbineDelegate & TurbineElementOptions>
  rules: ReadonlyArray<{
    id: string
    name: string
    conditions: readonly TurbineDelegate[]
    actions: readonly TurbineDelegate[]
  }>
}

/** Artifacts by the id of their secret. */
export type TurbineEnv = Readonly<Record<string, string>>

export interface TurbineDelegate {
  id: string
  name: string
  modulePath: string
  negate?: boolean
  getSettings(context: unknown): Promise<unknown>
}

export interface TurbineElementOptions {
  defaultValue?: string
  cleanText?: boolean
  forceLowerCase?: boolean
}

/** What a module is called with: the event so far, and its tools. */
export interface TurbineCall {
  arc: { event: unknown; ruleStash: Record<string, unknown> }
  utils: {
    getSettings(): never
    getComponent(): { id: string; name: string }
    getBuildInfo(): { environment: string }
    getEnv(): TurbineEnv
    fetch(url: string, init: TurbineFetchInit): Promise<TurbineAnswer>
  }
}
export type TurbineModule = (call: TurbineCall) => unknown

export interface TurbineFetchInit {
  method: string
  headers: Record<string, string>
  body?: string
}

export type TurbineFetch = (url: string, init: TurbineFetchInit) => Promise<TurbineAnswer>

/** As much of a `Response` as the engine and the modules read. */
export interface TurbineAnswer {
  status: number
  clone(): TurbineAnswer
  arrayBuffer(): Promise<Uint8Array>
  text(): Promise<string>
}

export type GetElementValues = (
  names: readonly string[],
  context: unknown,
) => Promise<(name: string) => unknown>

export interface RuleLog {
  name: string
  timestampMs: number
  attributes: { logLevel: 'log' | 'info' | 'debug' | 'warn' | 'error' }
  messages: string[]
  context: { ruleId: string }
}

/** How a rule ended, as the engine says it. */
export interface RuleResult {
  ruleId: string
  status: 'success' | 'condition_not_met' | 'failed'
  logs: RuleLog[]
}

export interface Turbine {
  initialize(
    makeContainer: (getElementValues: GetElementValues) => TurbineContainer,
    ports: { fetch: TurbineFetch },
  ): (
    arc: TurbineArc,
    env: TurbineEnv,
    options: { headersForSubrequests: Record<string, string> },
  ) => Promise<RuleResult[]>
}

/** What the engine takes from its surroundings; everything else about it is pure. */
export interface TurbineFrame {
  /** Unix milliseconds. */
  unixMs(): number
}

/** The beginning of what modules are called with, as it comes in. */
export class TurbineArc {
  readonly event: unknown

  constructor(event: unknown) {
    this.event = event
  }
}

/** Makes an engine; without logs it does not write the lines that nobody will read. */
export type TurbineLoader = (logs: boolean) => Turbine

/**
 * Makes engines, each with a state of its own: the library keeps one build per loaded copy. Its clock is ours.
 * Its timers never fire: they can not be taken back, and would hold every event for 30 s. Whoever hands in
 * `fetch`, the only thing that waits, sees to the time limits instead.
 */
export function createTurbineLoader(frame: TurbineFrame): TurbineLoader {
  const file = createRequire(import.meta.url).resolve('@adobe/reactor-turbine-edge')
  const taken = ['module', 'setTimeout', 'RegExp', 'Date', 'JSON', 'TextDecoder']
  const body = compileFunction(readFileSync(file, 'utf8'), taken, { filename: file })
  return (logs) => {
    const module = { exports: {} as Turbine }
    const writing = logs ? [{ now: increasing(frame.unixMs) }, JSON, TextDecoder] : WRITING_NOTHING
    body(module, () => undefined, rememberedExpressions(), ...writing)
    return module.exports
  }
}

/**
 * Clock, `JSON` and `TextDecoder` are for lines of the log and nothing else, but that each rule gets a copy of the
 * event, made by `JSON` too.
 */
const WRITING_NOTHING = [
  { now: () => 0 },
  {
    parse: JSON.parse,
    stringify: (value: unknown) => (value instanceof TurbineArc ? JSON.stringify(value) : ''),
  },
  class {
    decode = () => ''
  },
]

const EXPRESSIONS_AT_MOST = 100

/**
 * A constructor of regular expressions that makes each of them once: the engine asks for one with each line of a
 * log and each request. What masks logs comes as {@link LogMask} and stays one.
 */
function rememberedExpressions(): (source: string | LogMask, flags?: string) => RegExp | LogMask {
  const made = new Map<string, RegExp>()
  // Called with `new`: a function that answers an object makes that object.
  return function RegExpOnce(source, flags = '') {
    if (source instanceof LogMask) return source
    const key = `${flags}/${source}`
    let expression = made.get(key)
    if (expression === undefined) {
      expression = new RegExp(source, flags)
      if (made.size >= EXPRESSIONS_AT_MOST) made.clear()
      made.set(key, expression)
    }
    return expression
  }
}

/** Steps of a thousandth: the engine adds a whole millisecond to a time it has seen, and would run ahead. */
function increasing(unixMs: () => number): () => number {
  let last = 0
  return () => {
    const now = unixMs()
    last = now > last ? now : last + 0.001
    return last
  }
}
