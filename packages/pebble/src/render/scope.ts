import type { Value } from '../value/value.ts'

/** Variables of a loop, of a macro call or of the whole render. */
export class Scope {
  readonly parent: Scope | undefined
  /** A macro sees nothing outside of its own scope. */
  readonly isolated: boolean
  readonly #variables = new Map<string, Value>()

  constructor(parent: Scope | undefined, isolated: boolean) {
    this.parent = parent
    this.isolated = isolated
  }

  get(name: string): Value | undefined {
    return this.#variables.get(name)
  }

  set(name: string, value: Value): void {
    this.#variables.set(name, value)
  }
}
