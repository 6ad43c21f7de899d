import type { Expression } from './ast.ts'

/**
 * The expression as autoescaping prints it: escaped, unless its form makes it safe. The rule looks into the branches
 * of a conditional, but not into conditionals inside of them.
 */
export function escaped(expression: Expression, strategy: string): Expression {
  if (expression.kind !== 'conditional') return escapedUnlessSafe(expression, strategy)
  return {
    ...expression,
    yes: escapedUnlessSafe(expression.yes, strategy),
    no: escapedUnlessSafe(expression.no, strategy),
  }
}

function escapedUnlessSafe(inner: Expression, strategy: string): Expression {
  return isSafe(inner) ? inner : { kind: 'escaped', inner, strategy, at: inner.at }
}

function isSafe(expression: Expression): boolean {
  switch (expression.kind) {
    case 'binary':
      return (
        expression.operator === '~' && isStringLiteral(expression.left) && isStringLiteral(expression.right)
      )
    case 'call':
      return expression.name === 'block' || expression.name === 'parent'
    default:
      return isStringLiteral(expression)
  }
}

function isStringLiteral(expression: Expression): boolean {
  return expression.kind === 'literal' && typeof expression.value === 'string'
}
