import { Fault, type FaultKind } from './fault.ts'
import { excerptOf, placeOf } from './source.ts'

/** The only error that compiling and rendering throw. */
export class TemplateError extends Error {
  /** `parse`, `attribute` (strict variables), `runtime`, `limit` (of the sandbox) or `refused` (by the profile). */
  readonly kind: FaultKind
  /** Line of the template, from 1. */
  readonly line: number
  /** Column in UTF-16 units, from 1. */
  readonly column: number
  /** The line of the template with a caret under the place. */
  readonly excerpt: string
  /** What would have been right at this place, where that is known. */
  readonly expected: string | undefined
  /** The message without place and excerpt. */
  readonly reason: string

  constructor(source: string, offset: number, fault: Fault, options?: ErrorOptions) {
    const { line, column } = placeOf(source, offset)
    const excerpt = excerptOf(source, offset)
    const hint = fault.expected === undefined ? '' : `; expected ${fault.expected}`
    super(`${fault.message}${hint} (line ${line}, column ${column})\n${excerpt}`, options)
    this.name = 'TemplateError'
    this.kind = fault.kind
    this.line = line
    this.column = column
    this.excerpt = excerpt
    this.expected = fault.expected
    this.reason = fault.message
  }
}

/**
 * Turns whatever was thrown into a `TemplateError`. Besides faults there are only three sources: the call stack,
 * a text longer than JavaScript can hold, and code of the host (an extension or a proxy in the context).
 */
export function asTemplateError(source: string, offset: number, thrown: unknown): TemplateError {
  if (thrown instanceof TemplateError) return thrown
  if (thrown instanceof Fault) return new TemplateError(source, offset, thrown)
  if (thrown instanceof RangeError) {
    const fault = new Fault('limit', 'The template or its data is nested too deeply, or a text is too long')
    return new TemplateError(source, offset, fault, { cause: thrown })
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const fault = new Fault('runtime', `Code of the host failed: ${message}`)
  return new TemplateError(source, offset, fault, { cause: thrown })
}
