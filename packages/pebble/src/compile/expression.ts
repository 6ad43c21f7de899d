import { escapeText, STRATEGIES } from '../escape/table.ts'
import { attributeFault } from '../fault.ts'
import type { BinaryOperator, UnaryOperator } from '../operators/operator.ts'
import type { Eval } from '../render/render.ts'
import type {
  Arguments,
  AttributeExpression,
  ConditionalExpression,
  Expression,
  MapLiteralEntry,
} from '../syntax/ast.ts'
import { hashMap } from '../value/linked-map.ts'
import { ListValue } from '../value/list.ts'
import { MapValue } from '../value/map.ts'
import { textOf } from '../value/text.ts'
import { truthOf } from '../value/truth.ts'
import { SafeString, type Value } from '../value/value.ts'
import { attributeOf, memberOf, missingAttribute } from './attribute.ts'
import type { Compiling } from './compiling.ts'
import { compileCall, compileFilter, compileTest } from './invocation.ts'

/** Compiles an expression to a closure. */
export function compileExpression(expression: Expression, compiler: Compiling): Eval {
  const { language } = compiler
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression
      return () => value
    }
    case 'variable':
      return compileVariable(expression.name, expression.at, language.strictVariables)
    case 'attribute':
      return compileAttribute(expression, compiler)
    case 'list':
      return compileList(expression.items.map((item) => compiler.expression(item)))
    case 'map':
      return compileMap(expression.entries, compiler)
    case 'unary':
    case 'binary': {
      const setting = { at: expression.at, strict: language.strictVariables }
      if (expression.kind === 'unary') {
        const operator = language.unary.get(expression.operator) as UnaryOperator
        return operator.compile(compiler.expression(expression.operand), setting)
      }
      const operator = language.binary.get(expression.operator) as BinaryOperator
      const [left, right] = [compiler.expression(expression.left), compiler.expression(expression.right)]
      return operator.compile(left, right, setting)
    }
    case 'filter':
      return compileFilter(expression, compiler)
    case 'test':
      return compileTest(expression, compiler)
    case 'call':
      return compileCall(expression, compiler)
    case 'conditional':
      return compileConditional(expression, compiler)
    case 'body': {
      const body = compiler.hiddenBody(expression.body)
      return (render) => render.capture(body)
    }
    case 'escaped':
      return compileEscaped(compiler.expression(expression.inner), expression.strategy, expression.at)
  }
}

function compileVariable(name: string, at: number, strict: boolean): Eval {
  if (!strict) return (render) => render.lookup(name) ?? null
  return (render) => {
    const value = render.lookup(name)
    if (value !== undefined) return value
    render.at = at
    throw attributeFault(`There is no variable "${name}" and variables are strict`)
  }
}

function compileAttribute(expression: AttributeExpression, compiler: Compiling): Eval {
  const { at, call } = expression
  const strict = compiler.language.strictVariables
  const object = compiler.expression(expression.object)
  const key = compiler.expression(expression.key)
  if (call) return compileMethodCall(object, key, call, at, strict, compiler)
  const name = expression.key.kind === 'literal' ? expression.key.value : undefined
  if (typeof name === 'string' && !strict) {
    return (render) => {
      const target = object(render)
      if (target === null) return null
      if (target instanceof MapValue) return target.get(name) ?? null
      render.at = at
      return attributeOf(target, name, false) ?? null
    }
  }
  return (render) => {
    const target = object(render)
    const wanted = key(render)
    render.at = at
    const value = attributeOf(target, wanted, strict)
    if (value !== undefined) return value
    if (strict) throw missingAttribute(target, wanted)
    return null
  }
}

/** A call reaches Java's members even on maps. */
function compileMethodCall(
  object: Eval,
  key: Eval,
  call: Arguments,
  at: number,
  strict: boolean,
  compiler: Compiling,
): Eval {
  const args = call.positional.map((argument) => compiler.expression(argument))
  return (render) => {
    const target = object(render)
    const name = key(render)
    for (const arg of args) arg(render)
    render.at = at
    const value = target === null ? undefined : memberOf(target, name, args.length)
    if (value !== undefined) return value
    if (strict) throw missingAttribute(target, name)
    return null
  }
}

function compileList(items: readonly Eval[]): Eval {
  return (render) => {
    render.chargeItems(items.length)
    return new ListValue(items.map((item) => item(render)))
  }
}

function compileMap(literal: readonly MapLiteralEntry[], compiler: Compiling): Eval {
  const entries = literal.map(
    ({ key, value }) => [compiler.expression(key), compiler.expression(value)] as const,
  )
  return (render) => {
    render.chargeEntries(entries.length)
    const evaluated = entries.map(([key, value]): [Value, Value] => [key(render), value(render)])
    return hashMap(evaluated, evaluated.length)
  }
}

/** Null and safe texts stay as they are. An unknown strategy fails only when something is escaped. */
function compileEscaped(inner: Eval, strategy: string, at: number): Eval {
  const escapeWith = STRATEGIES.get(strategy) ?? ((text: string) => escapeText(text, strategy))
  return (render) => {
    const value = inner(render)
    if (value === null) return null
    if (value instanceof SafeString) return value.text
    render.at = at
    return escapeWith(typeof value === 'string' ? value : textOf(value))
  }
}

function compileConditional(expression: ConditionalExpression, compiler: Compiling): Eval {
  const { at } = expression
  const condition = compiler.expression(expression.condition)
  const yes = compiler.expression(expression.yes)
  const no = compiler.expression(expression.no)
  return (render) => {
    const decision = condition(render)
    render.at = at
    return truthOf(decision) ? yes(render) : no(render)
  }
}
