/** What templates and validations see besides the answer. */
export interface ExchangeContext {
  /** `authData.<name>`: fields, secrets, outputs of the last exchange. */
  authData: Readonly<Record<string, unknown>>
  /** `userContext.<name>`. */
  userContext: Readonly<Record<string, unknown>>
  /** Values that no message may show. */
  secrets: readonly string[]
  /** Whether an RE2 expression matches the whole text; false for one that is none. */
  matches(text: string, pattern: string): boolean
}

/** For recipes without templates. */
export const NO_CONTEXT: ExchangeContext = {
  authData: {},
  userContext: {},
  secrets: [],
  matches: () => false,
}
