import { runtimeFault } from '../fault.ts'
import type { Value } from '../value/value.ts'

/** `%[index$][flags][width][.precision]conversion` of Java's `Formatter`. */
export interface Specifier {
  readonly text: string
  /** From 1; `previous` for `<`, `undefined` for the next one in order. */
  readonly index: number | 'previous' | undefined
  readonly flags: ReadonlySet<string>
  readonly width: number | undefined
  readonly precision: number | undefined
  /** In lower case, with `t` before those of dates. */
  readonly conversion: string
  readonly upperCase: boolean
}

/** How one kind of conversion shows an argument. */
export type Conversion = (value: Value, specifier: Specifier) => string

const SPECIFIER = /%(?:(\d{1,10})\$)?([-#+ 0,(<]{0,10})(\d{1,10})?(?:\.(\d{1,10}))?([tT]?[a-zA-Z%])/y

/** Reads the specifier that starts at an index. */
export function readSpecifier(format: string, at: number): Specifier {
  SPECIFIER.lastIndex = at
  const found = SPECIFIER.exec(format)
  if (!found)
    throw runtimeFault(`"${format.slice(at, at + 10)}" is no format specifier`, 'such as "%s" or "%.2f"')
  const [text, index, flags = '', width, precision, conversion = ''] = found
  const unique = new Set(flags)
  if (unique.size < flags.length) throw runtimeFault(`"${text}" has the same flag twice`)
  return {
    text,
    index: unique.delete('<')
      ? 'previous'
      : index === undefined || Number(index) === 0
        ? undefined
        : Number(index),
    flags: unique,
    width: width === undefined ? undefined : Number(width),
    precision: precision === undefined ? undefined : Number(precision),
    conversion: conversion.length > 1 ? `t${conversion.charAt(1)}` : conversion.toLowerCase(),
    upperCase: /^[A-Z]/.test(conversion),
  }
}

/** Fails unless all flags are among the given ones and fit together. */
export function checkFlags(specifier: Specifier, allowed: string): void {
  const { text, flags, width } = specifier
  for (const flag of flags) {
    if (!allowed.includes(flag))
      throw runtimeFault(`The flag "${flag}" of "${text}" does not go with its conversion`)
  }
  if ((flags.has('-') || flags.has('0')) && width === undefined)
    throw runtimeFault(`"${text}" has no width`, 'a width')
  if ((flags.has('-') && flags.has('0')) || (flags.has('+') && flags.has(' '))) {
    throw runtimeFault(`The flags of "${text}" contradict each other`)
  }
}

export function refusePrecision({ text, precision }: Specifier): void {
  if (precision !== undefined) throw runtimeFault(`"${text}" can not have a precision`)
}

/** Fills up to the width with spaces, before the text or with `-` after it. */
export function padded(text: string, { flags, width = 0 }: Specifier): string {
  return flags.has('-') ? text.padEnd(width) : text.padStart(width)
}
