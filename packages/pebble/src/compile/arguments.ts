import { runtimeFault } from '../fault.ts'
import type { Parameters } from '../language/parameters.ts'
import type { Eval, Render } from '../render/render.ts'
import type { Arguments } from '../syntax/ast.ts'
import type { Value } from '../value/value.ts'
import type { Compiling } from './compiling.ts'

export type ArgumentList = (render: Render) => readonly Value[]

const NONE: readonly Value[] = []

/** Compiles the arguments of a filter or function to a list in the order of its parameters. */
export function compileArguments(
  what: string,
  parameters: Parameters,
  args: Arguments,
  compiler: Compiling,
): ArgumentList {
  const positional = args.positional.map((argument) => compiler.expression(argument))
  const named = args.named.map(({ name, value }) => ({ name, value: compiler.expression(value) }))
  if (positional.length === 0 && named.length === 0) return () => NONE
  if (typeof parameters !== 'string') return byName(what, parameters, positional, named)
  if (named.length === 0) return evaluateAll(positional)
  switch (parameters) {
    case 'positional':
      return () => {
        throw runtimeFault(`${what} takes no named arguments`, 'values only')
      }
    case 'ignored':
    case 'padded':
      return padded(positional, named)
  }
}

interface NamedEval {
  readonly name: string
  readonly value: Eval
}

function byName(
  what: string,
  parameters: readonly string[],
  positional: Eval[],
  named: NamedEval[],
): ArgumentList {
  const unknown = named.find(({ name }) => !parameters.includes(name))
  const problem =
    positional.length > parameters.length
      ? `${what} got ${positional.length} arguments`
      : unknown && `${what} has no parameter "${unknown.name}"`
  if (problem) {
    return () => {
      throw runtimeFault(problem, parameters.join(', '))
    }
  }
  if (named.length === 0) return evaluateAll(positional)
  const slots = named.map(({ name, value }) => ({ index: parameters.indexOf(name), value }))
  return (render) => {
    const values: Value[] = parameters.map(() => null)
    positional.forEach((evaluate, i) => {
      values[i] = evaluate(render)
    })
    for (const { index, value } of slots) values[index] = value(render)
    return values
  }
}

function padded(positional: Eval[], named: NamedEval[]): ArgumentList {
  const padding = new Array<Value>(new Set(named.map(({ name }) => name)).size).fill(null)
  return (render) => {
    const values = positional.map((evaluate) => evaluate(render))
    for (const { value } of named) value(render)
    return [...values, ...padding]
  }
}

function evaluateAll(evals: readonly Eval[]): ArgumentList {
  const count = evals.length
  const [first, second] = evals
  if (first && count === 1) return (render) => [first(render)]
  if (first && second && count === 2) return (render) => [first(render), second(render)]
  return (render) => {
    const values = new Array<Value>(count)
    for (let i = 0; i < count; i++) values[i] = (evals[i] as Eval)(render)
    return values
  }
}
