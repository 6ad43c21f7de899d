/** What went wrong, in the words of the language reference, plus what only a sandbox knows. */
export type FaultKind = 'parse' | 'attribute' | 'runtime' | 'limit' | 'refused'

/**
 * An error inside the engine that does not know its place yet. The place is added where the source is at hand,
 * so that filters and operators need not carry it around.
 */
export class Fault extends Error {
  readonly kind: FaultKind
  readonly expected: string | undefined

  constructor(kind: FaultKind, message: string, expected?: string) {
    super(message)
    this.kind = kind
    this.expected = expected
  }
}

/** A value or a call that the language does not allow while rendering. */
export function runtimeFault(message: string, expected?: string): Fault {
  return new Fault('runtime', message, expected)
}

/** A missing variable or attribute under strict variables; `default` and `is defined` swallow it. */
export function attributeFault(message: string): Fault {
  return new Fault('attribute', message)
}

/** A limit of the sandbox was reached. */
export function limitFault(limit: string, allowed: number, what: string): Fault {
  return new Fault('limit', `${what} is more than the limit "${limit}" of ${allowed} allows`)
}
