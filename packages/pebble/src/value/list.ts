import type { Value } from './value.ts'
import { Collection, totalWeight } from './weight.ts'

/**
 * A Java List. `slice` gives a view on the same elements, and `sort`, `rsort` and `reverse` change them in place,
 * so a list is a window on a backing array.
 */
export class ListValue extends Collection {
  readonly size: number
  readonly weight: number
  readonly #backing: Value[]
  readonly #offset: number

  constructor(backing: Value[], offset = 0, size: number = backing.length) {
    super()
    this.#backing = backing
    this.#offset = offset
    this.size = size
    this.weight = totalWeight(this.items())
  }

  get kind(): string {
    return 'List'
  }

  /** The element at a valid index. */
  at(index: number): Value {
    return this.#backing[this.#offset + index] as Value
  }

  /** The elements as an array that the caller must not change. */
  items(): readonly Value[] {
    const whole = this.#offset === 0 && this.size === this.#backing.length
    return whole ? this.#backing : this.#backing.slice(this.#offset, this.#offset + this.size)
  }

  /** A window on the elements `[from, to)` of this list. */
  view(from: number, to: number): ListValue {
    return new ListValue(this.#backing, this.#offset + from, to - from)
  }

  /** Puts the same elements in another order. */
  reorder(items: readonly Value[]): void {
    for (let i = 0; i < items.length; i++) this.#backing[this.#offset + i] = items[i] as Value
  }
}

/** A Java array, which only `split` makes: no list to `reverse`, `is empty` and `+`. */
export class ArrayValue extends Collection {
  readonly #items: Value[]

  constructor(items: Value[]) {
    super()
    this.#items = items
  }

  get kind(): string {
    return 'Array'
  }

  get size(): number {
    return this.#items.length
  }

  get weight(): number {
    return this.#items.length + 1
  }

  at(index: number): Value {
    return this.#items[index] as Value
  }

  items(): readonly Value[] {
    return this.#items
  }

  /** Puts the same elements in another order. */
  reorder(items: readonly Value[]): void {
    for (let i = 0; i < items.length; i++) this.#items[i] = items[i] as Value
  }
}

/** What `for`, `join`, `first`, `slice` and others treat alike. */
export type Sequence = ListValue | ArrayValue

export function isSequence(value: Value): value is Sequence {
  return value instanceof ListValue || value instanceof ArrayValue
}
