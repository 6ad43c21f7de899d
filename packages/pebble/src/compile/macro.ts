import { runtimeFault } from '../fault.ts'
import type { Eval, Exec, Render } from '../render/render.ts'
import { Scope } from '../render/scope.ts'
import { SafeString, type Value } from '../value/value.ts'

export interface Macro {
  readonly name: string
  readonly parameters: readonly string[]
  readonly defaults: readonly (Eval | undefined)[]
  /** Set once compiled, since a macro may call itself. */
  body: Exec
}

/** What a call hands over, in the order of the parameters; `undefined` where nothing was. */
export type MacroArguments = readonly (Value | undefined)[]

/**
 * Renders a macro in a scope of its own. Defaults see the defaults before them but no argument, since Pebble sets
 * the arguments afterwards.
 */
export function callMacro(macro: Macro, args: MacroArguments, render: Render): SafeString {
  render.beginCall()
  const scope = new Scope(render.scope, true)
  render.enter(scope)
  macro.parameters.forEach((name, i) => {
    const fallback = macro.defaults[i]
    scope.set(name, fallback ? fallback(render) : null)
  })
  macro.parameters.forEach((name, i) => {
    const given = args[i]
    if (given !== undefined) scope.set(name, given)
  })
  const text = render.capture(macro.body)
  render.leave()
  render.endCall()
  return new SafeString(text)
}

/** Puts the arguments of a call in the order of the parameters. */
export function bindMacro(
  macro: Macro,
  positional: readonly Value[],
  named: readonly (readonly [string, Value])[],
): MacroArguments {
  if (positional.length > macro.parameters.length) {
    throw runtimeFault(
      `The macro "${macro.name}" got too many arguments`,
      `at most ${macro.parameters.length}`,
    )
  }
  const bound: (Value | undefined)[] = [...positional]
  for (const [name, value] of named) {
    const index = macro.parameters.indexOf(name)
    if (index < 0) {
      throw runtimeFault(
        `The macro "${macro.name}" has no parameter "${name}"`,
        macro.parameters.join(', ') || 'none',
      )
    }
    bound[index] = value
  }
  return bound
}
