import type { Value } from '../value/value.ts'
import type { Loop } from './loop.ts'

/** Variables of the whole render, of a macro call or of a loop. */
export class Scope {
  readonly parent: Scope | undefined
  /** A macro sees nothing outside of its own scope. */
  readonly isolated: boolean
  /** Most scopes assign nothing. */
  #variables: Map<string, Value> | undefined

  constructor(parent: Scope | undefined, isolated: boolean) {
    this.parent = parent
    this.isolated = isolated
  }

  get(name: string): Value | undefined {
    return this.#variables?.get(name)
  }

  set(name: string, value: Value): void {
    this.#variables ??= new Map()
    this.#variables.set(name, value)
  }
}

/** Variables of a loop: its own two are at hand, those that its body sets are kept for all turns. */
export class LoopScope extends Scope {
  readonly #variable: string
  #value: Value = null
  #loop: Value

  constructor(parent: Scope, variable: string, loop: Loop) {
    super(parent, false)
    this.#variable = variable
    this.#loop = loop
  }

  override get(name: string): Value | undefined {
    if (name === this.#variable) return this.#value
    return name === 'loop' ? this.#loop : super.get(name)
  }

  override set(name: string, value: Value): void {
    if (name === this.#variable) this.#value = value
    else if (name === 'loop') this.#loop = value
    else super.set(name, value)
  }
}
