import { MapValue } from '../value/map.ts'
import { LazyNumber, type Value } from '../value/value.ts'

/** The variable `loop`: one map for all turns, so that a copy of it keeps up with the loop. */
export class Loop extends MapValue {
  /** Of the present turn, from 0. */
  index = 0
  readonly size = 5
  readonly #length: number

  constructor(length: number) {
    super()
    this.#length = length
  }

  get(key: Value): Value | undefined {
    switch (key) {
      case 'index':
        return this.index
      case 'first':
        return this.index === 0
      case 'last':
        return this.index === this.#length - 1
      case 'length':
        return new LazyNumber(() => this.#length)
      case 'revindex':
        return this.#remaining(this.index)
    }
    return undefined
  }

  /** In the order in which Pebble prints them. */
  entries(): Iterable<readonly [Value, Value]> {
    return ['last', 'length', 'index', 'revindex', 'first'].map((key) => [key, this.get(key) as Value])
  }

  #remaining(index: number): LazyNumber {
    return new LazyNumber(() => this.#length - 1 - index)
  }
}
