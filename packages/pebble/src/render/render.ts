import { Fault, limitFault, runtimeFault } from '../fault.ts'
import type { Limits } from '../limits.ts'
import { HostReader } from '../value/host.ts'
import { MapValue } from '../value/map.ts'
import { ContextView, type Value } from '../value/value.ts'
import { Scope } from './scope.ts'

/** A compiled expression. */
export type Eval = (render: Render) => Value

/** A compiled statement; it writes to the render. */
export type Exec = (render: Render) => void

/** What all renders of a template share. */
export interface RenderSetting {
  readonly globals: ReadonlyMap<string, Value>
  readonly limits: Limits
  readonly defaultStrategy: string
}

/** The state of one rendering of a template. */
export class Render {
  readonly limits: Limits
  readonly reader: HostReader
  /** The offset in the source of what is being done: where an error points to. */
  at = 0
  /** The strategy of the filter `escape` when it is not told one. */
  readonly defaultStrategy: string
  readonly #context: MapValue
  readonly #globals: ReadonlyMap<string, Value>
  #cached: Map<object, Map<Value, string>> | undefined
  /** Most renders assign nothing and need none. */
  #scope: Scope | undefined
  #output = ''
  #written = 0
  #steps = 0
  #loopTurns = 0
  #callDepth = 0

  constructor(context: unknown, { globals, limits, defaultStrategy }: RenderSetting) {
    this.limits = limits
    this.defaultStrategy = defaultStrategy
    this.reader = new HostReader(limits)
    this.#globals = globals
    const map = this.reader.value(context ?? {})
    if (!(map instanceof MapValue)) throw runtimeFault('The context is no object', 'an object of variables')
    this.#context = map
  }

  get scope(): Scope {
    this.#scope ??= new Scope(undefined, false)
    return this.#scope
  }

  get output(): string {
    return this.#output
  }

  write(text: string): void {
    this.#written += text.length
    if (this.#written > this.limits.renderedSize) {
      throw limitFault('renderedSize', this.limits.renderedSize, 'The output')
    }
    this.#output += text
  }

  /** Runs a statement and gives what it writes instead of writing it. */
  capture(body: Exec): string {
    const outer = this.#output
    this.#output = ''
    body(this)
    const captured = this.#output
    this.#output = outer
    return captured
  }

  /** What a `cache` tag has rendered so far, by name. It does not outlive the render. */
  cachedBy(tag: object): Map<Value, string> {
    this.#cached ??= new Map()
    const texts = this.#cached.get(tag) ?? new Map<Value, string>()
    this.#cached.set(tag, texts)
    return texts
  }

  /** The value of a name, `undefined` where there is none. */
  lookup(name: string): Value | undefined {
    for (let scope: Scope | undefined = this.#scope; scope; scope = scope.parent) {
      const value = scope.get(name)
      if (value !== undefined || scope.isolated) return value
    }
    return this.#lookupOutside(name)
  }

  #lookupOutside(name: string): Value | undefined {
    const value = this.#context.get(name)
    if (value !== undefined) return value
    return name === '_context' ? this.#view() : this.#globals.get(name)
  }

  /** What `_context` shows: all scopes but those of macros, also when it is handed to a macro. */
  #view(): ContextView {
    return new ContextView((name) => {
      for (let scope: Scope | undefined = this.#scope; scope; scope = scope.parent) {
        const value = scope.isolated ? undefined : scope.get(name)
        if (value !== undefined) return value
      }
      return this.#lookupOutside(name)
    })
  }

  /** Assigns where the name is known, otherwise in the innermost scope. */
  assign(name: string, value: Value): void {
    const innermost = this.scope
    let scope = innermost
    while (scope.get(name) === undefined && !scope.isolated && scope.parent) scope = scope.parent
    const known = scope.get(name) !== undefined || (!scope.isolated && this.lookup(name) !== undefined)
    // The outermost scope stands before the caller's context, which is never written to.
    ;(known ? scope : innermost).set(name, value)
  }

  /** Opens a scope, whose parent is the present one; `leave` closes it. */
  enter(scope: Scope): void {
    this.#scope = scope
  }

  leave(): void {
    this.#scope = this.#scope?.parent
  }

  /** Enters the body of a macro or block, which may call others; `endCall` leaves it. */
  beginCall(): void {
    if (++this.#callDepth > this.limits.callDepth) {
      throw limitFault('callDepth', this.limits.callDepth, 'The nesting of macro and block calls')
    }
  }

  endCall(): void {
    this.#callDepth--
  }

  /** Evaluates; a missing variable or attribute makes it null, and whatever was left half done is undone. */
  orNull(evaluate: Eval): Value {
    const [scope, output, callDepth] = [this.#scope, this.#output, this.#callDepth]
    try {
      return evaluate(this)
    } catch (thrown) {
      if (!(thrown instanceof Fault && thrown.kind === 'attribute')) throw thrown
      this.#scope = scope
      this.#output = output
      this.#callDepth = callDepth
      return null
    }
  }

  turn(): void {
    if (++this.#loopTurns > this.limits.loopTurns) {
      throw limitFault('loopTurns', this.limits.loopTurns, 'The number of loop turns')
    }
  }

  /** Accounts for work. `size` is what is handled, in units of text or in elements. */
  charge(size = 0): void {
    this.#steps += 1 + (size >>> 6)
    if (this.#steps > this.limits.steps)
      throw limitFault('steps', this.limits.steps, 'The work of this render')
  }

  /** Accounts for a text that was or is about to be made. */
  chargeText(size: number): void {
    if (size > this.limits.textSize)
      throw limitFault('textSize', this.limits.textSize, `A text of ${size} units`)
    this.charge(size)
  }

  /** Accounts for a list that is about to be made. */
  chargeItems(count: number, unitsPerItem = 16): void {
    if (count > this.limits.items) {
      throw limitFault('items', this.limits.items, `A collection of ${count} elements`)
    }
    this.charge(count * unitsPerItem)
  }

  /** Accounts for a map that is about to be made: its keys are compared and put in order. */
  chargeEntries(count: number): void {
    this.chargeItems(count, 64)
  }
}
