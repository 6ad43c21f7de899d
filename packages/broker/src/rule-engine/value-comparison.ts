import { RE2JS } from 're2js'

type Compare = (left: unknown, right: unknown, ignoreCase: boolean) => boolean

/** Of two texts or numbers as texts; anything else is never true. */
const ofTexts =
  (compare: (left: string, right: string, ignoreCase: boolean) => boolean): Compare =>
  (left, right, ignoreCase) => {
    const [a, b] = [textOf(left), textOf(right)]
    return a !== null && b !== null && compare(a, b, ignoreCase)
  }

const folded = (compare: (left: string, right: string) => boolean): Compare =>
  ofTexts((left, right, ignoreCase) => compare(fold(left, ignoreCase), fold(right, ignoreCase)))

/** Of two numbers or texts that are numbers. */
const ofNumbers =
  (compare: (left: number, right: number) => boolean): Compare =>
  (left, right) => {
    const [a, b] = [numberOf(left), numberOf(right)]
    return Number.isFinite(a) && Number.isFinite(b) && compare(a, b)
  }

const equals: Compare = (left, right, ignoreCase) =>
  // biome-ignore lint/suspicious/noDoubleEquals: so does the extension: "1" equals 1.
  fold(left, ignoreCase) == fold(right, ignoreCase)
const contains = folded((left, right) => left.includes(right))
const startsWith = folded((left, right) => left.startsWith(right))
const endsWith = folded((left, right) => left.endsWith(right))
/** RE2: the time a match takes is linear in the text, whoever wrote the expression. */
const matchesRegex = ofTexts((left, right, ignoreCase) => findPattern(left, right, ignoreCase))
const not =
  (compare: Compare): Compare =>
  (...operands) =>
    !compare(...operands)

/** Every operator of Adobe's condition "Value Comparison", with the same idea of equality. */
const OPERATORS: Readonly<Record<string, Compare>> = {
  equals,
  doesNotEqual: not(equals),
  contains,
  doesNotContain: not(contains),
  startsWith,
  doesNotStartWith: not(startsWith),
  endsWith,
  doesNotEndWith: not(endsWith),
  matchesRegex,
  doesNotMatchRegex: not(matchesRegex),
  lessThan: ofNumbers((left, right) => left < right),
  lessThanOrEqual: ofNumbers((left, right) => left <= right),
  greaterThan: ofNumbers((left, right) => left > right),
  greaterThanOrEqual: ofNumbers((left, right) => left >= right),
  isTrue: (left) => left === true,
  isTruthy: (left) => Boolean(left),
  isFalse: (left) => left === false,
  isFalsy: (left) => !left,
}

export interface ComparisonSettings {
  leftOperand: unknown
  comparison: { operator: string; caseInsensitive?: boolean }
  rightOperand?: unknown
}

export function compareValues({ leftOperand, comparison, rightOperand }: ComparisonSettings): boolean {
  return OPERATORS[comparison.operator]!(leftOperand, rightOperand, comparison.caseInsensitive === true)
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
const textOf = (value: unknown): string | null =>
  typeof value === 'string' ? value : isNumber(value) ? String(value) : null
const numberOf = (value: unknown): number =>
  isNumber(value) ? value : typeof value === 'string' ? Number(value) : Number.NaN
function fold<T>(value: T, ignoreCase: boolean): T {
  return ignoreCase && typeof value === 'string' ? (value.toLowerCase() as T) : value
}

const COMPILED_AT_MOST = 500
const compiled = new Map<string, RE2JS>()

/** Throws for what is no RE2 expression. */
function findPattern(text: string, pattern: string, ignoreCase: boolean): boolean {
  const key = `${ignoreCase ? 'i' : '-'}${pattern}`
  let expression = compiled.get(key)
  if (expression === undefined) {
    if (pattern.length > 4_096) throw new Error('The regular expression is too long.')
    expression = RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0)
    if (compiled.size >= COMPILED_AT_MOST) compiled.delete(compiled.keys().next().value!)
    compiled.set(key, expression)
  }
  return expression.matcher(text).find()
}

/** Whether a regular expression of a rule can be used. */
export function isRegularExpression(pattern: string): boolean {
  try {
    RE2JS.compile(pattern)
    return true
  } catch {
    return false
  }
}
