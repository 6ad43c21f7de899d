import { runtimeFault } from '../fault.ts'
import { JavaDouble, type NumberValue } from './value.ts'

const DECIMAL = /^[+-]?(?:NaN|Infinity|(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?[fFdD]?)$/
const HEXADECIMAL = /^([+-]?)0[xX]([\da-fA-F]{0,400})(?:\.([\da-fA-F]{0,400}))?[pP]([+-]?\d+)[fFdD]?$/
const LONG = /^[+-]?\d+$/
const MAX_LONG = 2n ** 63n

/** The number that a String stands for as an operand: with `.`, `e` or `E` a Double, otherwise a Long. */
export function parseOperand(text: string): NumberValue {
  return /[.eE]/.test(text) ? new JavaDouble(parseDouble(text)) : parseLong(text)
}

/** `Long.parseLong`. */
export function parseLong(text: string): bigint {
  if (LONG.test(text)) {
    const value = BigInt(text[0] === '+' ? text.slice(1) : text)
    if (value < MAX_LONG && value >= -MAX_LONG) return value
  }
  throw runtimeFault(`"${abridged(text)}" is no whole number of 64 bits`, 'a number')
}

/** `Double.parseDouble`: surrounding control characters and spaces, a type suffix and hexadecimal are fine. */
export function parseDouble(text: string): number {
  const trimmed = trimControls(text)
  const hexadecimal = HEXADECIMAL.exec(trimmed)
  if (hexadecimal && `${hexadecimal[2]}${hexadecimal[3] ?? ''}` !== '') return hexadecimalValue(hexadecimal)
  if (!DECIMAL.test(trimmed)) throw runtimeFault(`"${abridged(text)}" is no number`, 'a number')
  return Number(trimmed.replace(/[fFdD]$/, ''))
}

/** `String.trim` of Java: removes everything up to U+0020 from both ends. */
export function trimControls(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && text.charCodeAt(start) <= 0x20) start++
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--
  return text.slice(start, end)
}

function hexadecimalValue([, sign, whole, fraction = '', exponent]: RegExpExecArray): number {
  const size = Number(`0x${whole}${fraction}`) * 2 ** (Number(exponent) - 4 * fraction.length)
  return sign === '-' ? -size : size
}

function abridged(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
