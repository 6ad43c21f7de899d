import { PebbleValue, type Value } from './value.ts'

/** A Java Map. Keys are typed: the Integer 1, the Long 1 and the String "1" are three keys. */
export abstract class MapValue extends PebbleValue {
  get kind(): string {
    return 'Map'
  }

  abstract readonly size: number
  /** The value of a key, `undefined` where there is none. */
  abstract get(key: Value): Value | undefined
  /** Keys and values in order. */
  abstract entries(): Iterable<readonly [Value, Value]>
}

/** One key and its value, as `for` meets them when it walks a map. */
export class MapEntry extends PebbleValue {
  get kind(): string {
    return 'Entry'
  }

  readonly key: Value
  readonly value: Value

  constructor(key: Value, value: Value) {
    super()
    this.key = key
    this.value = value
  }
}
