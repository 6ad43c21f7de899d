import type { Value } from './value.ts'
import { Collection, weightOf } from './weight.ts'

/** A Java Map. Keys are typed: the Integer 1, the Long 1 and the String "1" are three keys. */
export abstract class MapValue extends Collection {
  abstract readonly size: number
  /** The value of a key, `undefined` where there is none. */
  abstract get(key: Value): Value | undefined
  /** Keys and values in order. */
  abstract entries(): Iterable<readonly [Value, Value]>

  get kind(): string {
    return 'Map'
  }

  /** Of maps that make their values when they are read, the size is all that is known. */
  get weight(): number {
    return this.size + 1
  }
}

/** One key and its value, as `for` meets them when it walks a map. */
export class MapEntry extends Collection {
  readonly key: Value
  readonly value: Value

  constructor(key: Value, value: Value) {
    super()
    this.key = key
    this.value = value
  }

  get kind(): string {
    return 'Entry'
  }

  get weight(): number {
    return weightOf(this.key) + weightOf(this.value)
  }
}
