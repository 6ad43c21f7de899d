import { textOf } from '../value/text.ts'
import { isWhitespace, titleCase } from '../value/unicode.ts'
import { type FilterDefinition, stringFilter } from './filter.ts'

export const upper: FilterDefinition = {
  name: 'upper',
  parameters: 'ignored',
  apply: (input) => (input === null ? null : textOf(input).toUpperCase()),
}

export const lower: FilterDefinition = {
  name: 'lower',
  parameters: 'ignored',
  apply: (input) => (input === null ? null : textOf(input).toLowerCase()),
}

/** The first character that is no white space in title case. */
export const capitalize = stringFilter('capitalize', 'ignored', (input) => {
  let first = 0
  while (first < input.length && isWhitespace(input.charCodeAt(first))) first++
  if (first === input.length) return input
  return input.slice(0, first) + titleCase(input.charAt(first)) + input.slice(first + 1)
})

/** The first character of each word in title case. */
export const title = stringFilter('title', 'ignored', (input) => {
  let result = ''
  let startsWord = true
  for (let i = 0; i < input.length; i++) {
    const unit = input.charAt(i)
    const space = isWhitespace(unit.charCodeAt(0))
    result += startsWord && !space ? titleCase(unit) : unit
    startsWord = space
  }
  return result
})
