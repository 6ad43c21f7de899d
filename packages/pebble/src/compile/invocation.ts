import { Fault, runtimeFault } from '../fault.ts'
import type { FilterDefinition } from '../filters/filter.ts'
import type { FunctionDefinition } from '../functions/function.ts'
import type { Eval } from '../render/render.ts'
import type { Arguments, CallExpression, FilterExpression, TestExpression } from '../syntax/ast.ts'
import { PlacedFault } from '../syntax/syntax-error.ts'
import { textOf } from '../value/text.ts'
import { SafeString } from '../value/value.ts'
import { Collection } from '../value/weight.ts'
import { type ArgumentList, compileArguments } from './arguments.ts'
import type { Compiling } from './compiling.ts'
import { bindMacro, callMacro } from './macro.ts'

/** `input | name(args)`: the arguments are evaluated before the input. */
export function compileFilter(expression: FilterExpression, compiler: Compiling): Eval {
  const { name, at } = expression
  const filter = compiler.language.filters.get(name)
  if (!filter) return absent('filters', name, compiler, at)
  const args = compileArguments(`The filter "${name}"`, filter.parameters, expression.args, compiler)
  const input = compiler.expression(expression.input)
  return applyFilter(filter, filter.takesMissing ? orNull(input, compiler) : input, args, at)
}

/** Applies a filter to an input that is compiled already. */
export function applyFilter(filter: FilterDefinition, input: Eval, args: ArgumentList, at: number): Eval {
  const { takesSafe } = filter
  return (render) => {
    const values = args(render)
    let value = input(render)
    if (value instanceof SafeString && !takesSafe) value = value.text
    render.at = at
    render.charge(typeof value === 'string' ? value.length : value instanceof Collection ? value.weight : 0)
    return filter.apply(value, values, render)
  }
}

export function compileTest(expression: TestExpression, compiler: Compiling): Eval {
  const { name, at, negated } = expression
  const test = compiler.language.tests.get(name)
  if (!test) return absent('tests', name, compiler, at)
  const args = compileArguments(`The test "${name}"`, 'ignored', expression.args, compiler)
  const subject = compiler.expression(expression.subject)
  const evaluate = test.takesMissing ? orNull(subject, compiler) : subject
  return (render) => {
    args(render)
    const value = evaluate(render)
    render.at = at
    return test.apply(value) !== negated
  }
}

/** `name(args)`: a function, or else a macro that may stand anywhere in the template. */
export function compileCall(expression: CallExpression, compiler: Compiling): Eval {
  const { name, at } = expression
  const definition = compiler.language.functions.get(name)
  if (definition) return compileFunction(definition, expression, compiler)
  refuse('functions', name, compiler, at)
  if (name === 'block') return compileBlockCall(expression, compiler)
  if (name === 'parent') return absentParent(at)
  return compileMacroCall(expression, compiler)
}

function compileFunction(
  definition: FunctionDefinition,
  expression: CallExpression,
  compiler: Compiling,
): Eval {
  const { at } = expression
  const { apply, args: varying } = prepared(definition, expression.args)
  const args = compileArguments(`${definition.name}()`, definition.parameters, varying, compiler)
  return (render) => {
    const values = args(render)
    render.at = at
    render.charge()
    return apply(values, render)
  }
}

/** What to call in every render, and with which arguments. */
function prepared(
  definition: FunctionDefinition,
  args: Arguments,
): Pick<FunctionDefinition, 'apply'> & { args: Arguments } {
  if (!definition.prepare || args.named.length > 0) return { apply: definition.apply, args }
  const literals = args.positional.map((argument) =>
    argument.kind === 'literal' ? argument.value : undefined,
  )
  const positional = args.positional.filter((argument) => argument.kind !== 'literal')
  return { apply: definition.prepare(literals), args: { positional, named: [] } }
}

function compileMacroCall({ name, args, at }: CallExpression, compiler: Compiling): Eval {
  const positional = args.positional.map((argument) => compiler.expression(argument))
  const named = args.named.map((argument) => [argument.name, compiler.expression(argument.value)] as const)
  const { macros, language } = compiler
  return (render) => {
    const macro = macros.get(name)
    render.at = at
    if (!macro) {
      const known = [...language.functions.keys(), ...macros.keys()].join(', ')
      throw runtimeFault(`There is no function or macro "${name}"`, known)
    }
    const values = positional.map((argument) => argument(render))
    const namedValues = named.map(([key, argument]) => [key, argument(render)] as const)
    render.at = at
    render.charge()
    return callMacro(macro, bindMacro(macro, values, namedValues), render)
  }
}

/** `block(name)`: the text of a block of this template, nothing where there is none. */
function compileBlockCall({ args, at }: CallExpression, compiler: Compiling): Eval {
  const { blocks } = compiler
  const name = compiler.expression(args.positional[0] as CallExpression)
  return (render) => {
    const wanted = name(render)
    render.at = at
    if (wanted === null) throw runtimeFault('block() got null', 'the name of a block')
    const block = blocks.get(textOf(wanted))
    render.charge()
    if (!block) return ''
    render.beginCall()
    const text = render.capture(block)
    render.endCall()
    return text
  }
}

function absentParent(at: number): Eval {
  return (render) => {
    render.at = at
    throw runtimeFault('parent() has no parent template here: a template can not extend another')
  }
}

/** What does not exist fails only when it is evaluated; what the profile refuses fails at once. */
function absent(kind: 'filters' | 'tests', name: string, compiler: Compiling, at: number): Eval {
  refuse(kind, name, compiler, at)
  const known = [...compiler.language[kind].keys()].join(', ')
  return (render) => {
    render.at = at
    throw runtimeFault(`There is no ${kind.slice(0, -1)} "${name}"`, known)
  }
}

function refuse(
  kind: 'filters' | 'tests' | 'functions',
  name: string,
  compiler: Compiling,
  at: number,
): void {
  const refusal = compiler.language.refusal(kind, name)
  if (refusal) throw new PlacedFault(new Fault('refused', refusal), at)
}

/** Only strict variables can be missing. */
function orNull(evaluate: Eval, compiler: Compiling): Eval {
  return compiler.language.strictVariables ? (render) => render.orNull(evaluate) : evaluate
}
