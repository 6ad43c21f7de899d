/**
 * The values of the language. JavaScript's own types stand for the Java types that templates meet most often:
 * `number` is a Java Integer (32 bits, always whole), `bigint` a Long (64 bits), `string` a String. Everything
 * else is an instance of `PebbleValue`, so that one check tells it from data of the host.
 */
export type Value = null | boolean | number | bigint | string | PebbleValue

/** Numbers of every kind. */
export type NumberValue = number | bigint | JavaNumber

export abstract class PebbleValue {
  /** The name under which errors mention this kind of value. */
  abstract readonly kind: string
}

export abstract class JavaNumber extends PebbleValue {
  abstract toDouble(): number
}

/** A 64-bit floating point number. */
export class JavaDouble extends JavaNumber {
  get kind(): string {
    return 'Double'
  }

  readonly value: number

  constructor(value: number) {
    super()
    this.value = value
  }

  toDouble(): number {
    return this.value
  }
}

/** A whole number beyond 64 bits. It can be printed and compared; arithmetic narrows it. */
export class BigInteger extends JavaNumber {
  get kind(): string {
    return 'BigInteger'
  }

  readonly value: bigint

  constructor(value: bigint) {
    super()
    this.value = value
  }

  toDouble(): number {
    return Number(this.value)
  }
}

/** `loop.length` and `loop.revindex`: numbers that are neither Integer nor Long, read when they are used. */
export class LazyNumber extends JavaNumber {
  get kind(): string {
    return 'Number'
  }

  readonly #read: () => number

  constructor(read: () => number) {
    super()
    this.#read = read
  }

  get value(): number {
    return this.#read()
  }

  toDouble(): number {
    return this.#read()
  }
}

/** A text that is not autoescaped. It is not a String: it equals none and has no truth. */
export class SafeString extends PebbleValue {
  get kind(): string {
    return 'SafeString'
  }

  readonly text: string

  constructor(text: string) {
    super()
    this.text = text
  }
}

/** One UTF-16 unit, as `first`, `last` and character ranges give it. */
export class Character extends PebbleValue {
  get kind(): string {
    return 'Character'
  }

  readonly text: string

  constructor(text: string) {
    super()
    this.text = text
  }
}

/** An object with fixed, named properties and a text: the globals `locale` and `template`. */
export class Bean extends PebbleValue {
  readonly kind: string
  readonly text: string
  readonly properties: ReadonlyMap<string, string>

  constructor(kind: string, text: string, properties: Record<string, string>) {
    super()
    this.kind = kind
    this.text = text
    this.properties = new Map(Object.entries(properties))
  }
}

/** The global `_context`: what a name means where the template stands. */
export class ContextView extends PebbleValue {
  get kind(): string {
    return 'Context'
  }

  readonly lookup: (name: string) => Value | undefined

  constructor(lookup: (name: string) => Value | undefined) {
    super()
    this.lookup = lookup
  }
}

export function isNumber(value: Value): value is NumberValue {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof JavaNumber
}

/** The number as a Java double; this is how all comparisons see it. */
export function toDouble(value: NumberValue): number {
  if (typeof value === 'number') return value
  return typeof value === 'bigint' ? Number(value) : value.toDouble()
}

/** The name of a value's type for error messages. */
export function kindOf(value: Value): string {
  if (value === null) return 'null'
  switch (typeof value) {
    case 'boolean':
      return 'Boolean'
    case 'number':
      return 'Integer'
    case 'bigint':
      return 'Long'
    case 'string':
      return 'String'
    default:
      return value.kind
  }
}
