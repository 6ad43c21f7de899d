import { type CompileOptions, compile, profiles, type Template, TemplateError } from '@bursar/pebble'

/** What of the language a template may use. */
export const TEMPLATE_PROFILES = {
  destination_sdk: profiles.destinationSdk,
  standard: profiles.standard,
} as const
export type TemplateProfile = keyof typeof TEMPLATE_PROFILES

/** A recipe's templates make requests, not pages: far less than the engine's own limits is enough. */
export const TEMPLATE_LIMITS = {
  sourceSize: 65_536,
  depth: 100,
  callDepth: 20,
  loopTurns: 10_000,
  renderedSize: 262_144,
  textSize: 1_048_576,
  items: 10_000,
  steps: 200_000,
} as const satisfies CompileOptions['limits']

/** Why a template is none, or did not render, and where: lines and columns count from 1. */
export interface TemplateFault {
  reason: string
  line: number
  column: number
  /** The line of the template with a caret under the place. */
  excerpt: string
}

export type CompileResult = { template: Template } | { fault: TemplateFault }
export type RenderResult = { text: string } | { fault: TemplateFault }

const MAX_COMPILED = 256
const compiled = new Map<string, CompileResult>()

/** The compiled template; the ones used last are kept. */
export function compileTemplate(source: string, profile: TemplateProfile = 'destination_sdk'): CompileResult {
  const key = `${profile} ${source}`
  const known = compiled.get(key)
  if (known) {
    // The one used last goes to the end: what is dropped was not asked for the longest.
    compiled.delete(key)
    compiled.set(key, known)
    return known
  }
  const result = compileAnew(source, profile)
  if (compiled.size >= MAX_COMPILED) compiled.delete(compiled.keys().next().value as string)
  if (source.length <= TEMPLATE_LIMITS.sourceSize) compiled.set(key, result)
  return result
}

function compileAnew(source: string, profile: TemplateProfile): CompileResult {
  try {
    return { template: compile(source, { profile: TEMPLATE_PROFILES[profile], limits: TEMPLATE_LIMITS }) }
  } catch (error) {
    return { fault: faultOf(error) }
  }
}

/** The text of a template for these variables. Every fault of a template is an answer, never thrown. */
export function renderTemplate(source: string, context: object, profile?: TemplateProfile): RenderResult {
  const result = compileTemplate(source, profile)
  if ('fault' in result) return result
  try {
    return { text: result.template.render(context) }
  } catch (error) {
    return { fault: faultOf(error) }
  }
}

function faultOf(error: unknown): TemplateFault {
  if (!(error instanceof TemplateError)) throw error
  const { reason, expected, line, column, excerpt } = error
  return {
    reason: expected === undefined ? reason : `${reason}; expected ${expected}`,
    line,
    column,
    excerpt,
  }
}

/** A fault as a sentence. */
export const describeFault = ({ reason, line, column }: TemplateFault): string =>
  `${reason} (line ${line}, column ${column}).`
