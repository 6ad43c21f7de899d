import { runtimeFault } from '../fault.ts'
import { BigDecimal } from './big-decimal.ts'
import { doubleText } from './double-text.ts'
import { ArrayValue, ListValue } from './list.ts'
import { MapEntry, MapValue } from './map.ts'
import {
  Bean,
  BigInteger,
  Character,
  ContextView,
  JavaDouble,
  LazyNumber,
  type PebbleValue,
  SafeString,
  type Value,
} from './value.ts'

/** Java's `String.valueOf`: what `+`, `join` and the inside of lists show; null is "null". */
export function textOf(value: Value): string {
  if (typeof value === 'string') return value
  if (value instanceof SafeString) return value.text
  if (value === null || typeof value !== 'object') return String(value)
  return objectText(value)
}

/** The text that is printed and that `~` joins: null is nothing. */
export function printedText(value: Value): string {
  return value === null ? '' : textOf(value)
}

function objectText(value: PebbleValue): string {
  if (value instanceof Character || value instanceof Bean) return value.text
  if (value instanceof JavaDouble) return doubleText(value.value)
  if (value instanceof ListValue) return `[${value.items().map(textOf).join(', ')}]`
  if (value instanceof MapValue) return mapText(value)
  if (value instanceof MapEntry) return `${textOf(value.key)}=${textOf(value.value)}`
  if (value instanceof LazyNumber || value instanceof BigInteger) return String(value.value)
  if (value instanceof BigDecimal) return value.text()
  // Java would print the array's identity. A fixed stand-in keeps renders repeatable.
  if (value instanceof ArrayValue) return '[Ljava.lang.String;@0'
  if (value instanceof ContextView)
    throw runtimeFault('The whole of _context can not be printed', 'one of its names')
  throw runtimeFault(`A ${value.kind} has no text`)
}

function mapText(map: MapValue): string {
  const parts: string[] = []
  for (const [key, value] of map.entries()) parts.push(`${textOf(key)}=${textOf(value)}`)
  return `{${parts.join(', ')}}`
}
