import { equalValues } from './equality.ts'
import { bucketOf, hashCapacity } from './hash.ts'
import { MapValue } from './map.ts'
import type { Value } from './value.ts'

/** A map that keeps the order in which its entries came. */
export class LinkedMap extends MapValue {
  readonly #entries = new Map<Value, Value>()

  constructor(entries: Iterable<readonly [Value, Value]>) {
    super()
    for (const [key, value] of entries) this.#entries.set(this.#known(key), value)
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(this.#known(key))
  }

  entries(): Iterable<readonly [Value, Value]> {
    return this.#entries
  }

  /** JavaScript compares primitives as Java does; of objects, an equal key that is already there stands in. */
  #known(key: Value): Value {
    if (key === null || typeof key !== 'object') return key
    for (const other of this.#entries.keys()) if (equalValues(key, other)) return other
    return key
  }
}

/**
 * A map in the order of a Java HashMap that was made for `expected` entries (LANGUAGE 14): templates print and walk
 * literals and merged maps in that order.
 */
export function hashMap(entries: Iterable<readonly [Value, Value]>, expected: number): LinkedMap {
  const distinct = [...new LinkedMap(entries).entries()]
  if (distinct.length < 2) return new LinkedMap(distinct)
  const capacity = hashCapacity(expected)
  const placed = distinct.map((entry) => ({ entry, bucket: bucketOf(entry[0], capacity) }))
  return new LinkedMap(placed.sort((a, b) => a.bucket - b.bucket).map(({ entry }) => entry))
}
