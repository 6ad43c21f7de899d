/** What one template may use. Reaching a limit is a `TemplateError` of kind `limit` that names it. */
export interface Limits {
  /** UTF-16 units of a template's source. */
  readonly sourceSize: number
  /** Nesting of expressions and of tags in the source. */
  readonly depth: number
  /** Macro and block calls within each other. */
  readonly callDepth: number
  /** Turns of all loops of a render together. */
  readonly loopTurns: number
  /** UTF-16 units that a render writes; what macros, blocks and filter bodies write counts again. */
  readonly renderedSize: number
  /** UTF-16 units of a single text that an operator, filter or function makes. */
  readonly textSize: number
  /** Elements of a single list or map; a tenth of what may be nested in it all together. */
  readonly items: number
  /** Work of a render: about one step per statement, call and 64 units of text or elements handled. */
  readonly steps: number
}

export const DEFAULT_LIMITS: Limits = {
  sourceSize: 256 * 1024,
  depth: 200,
  callDepth: 100,
  loopTurns: 100_000,
  renderedSize: 1024 * 1024,
  textSize: 1024 * 1024,
  items: 100_000,
  steps: 2_000_000,
}
