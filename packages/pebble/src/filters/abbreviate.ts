import { runtimeFault } from '../fault.ts'
import { kindOf } from '../value/value.ts'
import { stringFilter } from './filter.ts'

const ELLIPSIS = '...'

/** Shortens to `length` units, the last three being dots. A text of exactly that length is shortened too. */
export const abbreviate = stringFilter('abbreviate', ['length'], (input, [length = null]) => {
  if (typeof length !== 'bigint')
    throw runtimeFault(`The length is a ${kindOf(length)}`, 'a Long, as in the template')
  if (length < 0n) throw runtimeFault('The length is negative', 'a length of 0 or more')
  if (BigInt(input.length) < length || input.length <= ELLIPSIS.length) return input
  const size = Number(length)
  if (size <= ELLIPSIS.length) return input.slice(0, size)
  return input.slice(0, size - ELLIPSIS.length) + ELLIPSIS
})
