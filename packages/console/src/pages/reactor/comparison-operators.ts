/** How two values are compared, in the words of Adobe's condition. */
interface Operator {
  value: string
  title: string
  /** What stands at its right: a text, a number, or nothing. */
  right: 'text' | 'number' | 'none'
}

export const OPERATORS: readonly Operator[] = [
  { value: 'equals', title: 'equals', right: 'text' },
  { value: 'doesNotEqual', title: 'does not equal', right: 'text' },
  { value: 'contains', title: 'contains', right: 'text' },
  { value: 'doesNotContain', title: 'does not contain', right: 'text' },
  { value: 'startsWith', title: 'starts with', right: 'text' },
  { value: 'doesNotStartWith', title: 'does not start with', right: 'text' },
  { value: 'endsWith', title: 'ends with', right: 'text' },
  { value: 'doesNotEndWith', title: 'does not end with', right: 'text' },
  { value: 'matchesRegex', title: 'matches the regular expression', right: 'text' },
  { value: 'doesNotMatchRegex', title: 'does not match the regular expression', right: 'text' },
  { value: 'lessThan', title: 'is less than', right: 'number' },
  { value: 'lessThanOrEqual', title: 'is less than or equal to', right: 'number' },
  { value: 'greaterThan', title: 'is greater than', right: 'number' },
  { value: 'greaterThanOrEqual', title: 'is greater than or equal to', right: 'number' },
  { value: 'isTrue', title: 'is true', right: 'none' },
  { value: 'isTruthy', title: 'is there, and is not 0, false or empty', right: 'none' },
  { value: 'isFalse', title: 'is false', right: 'none' },
  { value: 'isFalsy', title: 'is not there, or is 0, false or empty', right: 'none' },
]

/** What an operator says; its name where it is not known here. */
export const titleOfOperator = (name = ''): string =>
  OPERATORS.find(({ value }) => value === name)?.title ?? name
