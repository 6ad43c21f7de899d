import { grouped } from '../number-format/format.ts'
import { padded, type Specifier } from './specifier.ts'

/** Puts sign, prefix, commas and zeros around the digits of a number, as the flags say. */
export function signed(digits: string, negative: boolean, specifier: Specifier, prefix = ''): string {
  const { flags, width = 0 } = specifier
  const parenthesised = negative && flags.has('(')
  const sign = negative ? (parenthesised ? '(' : '-') : flags.has('+') ? '+' : flags.has(' ') ? ' ' : ''
  const end = parenthesised ? ')' : ''
  const [whole = '', ...rest] = digits.split(/(?=[.e])/)
  let body = (flags.has(',') ? grouped(whole, 3) : whole) + rest.join('')
  if (flags.has('0')) body = body.padStart(width - sign.length - prefix.length - end.length, '0')
  return padded(sign + prefix + body + end, specifier)
}
