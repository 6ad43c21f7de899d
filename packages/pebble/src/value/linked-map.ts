import { equalValues } from './equality.ts'
import { bucketOf, hashCapacity, hashCode } from './hash.ts'
import { MapValue } from './map.ts'
import { textOf } from './text.ts'
import type { PebbleValue, Value } from './value.ts'
import { Collection, totalWeight } from './weight.ts'

/** A map that keeps the order in which its entries came. */
export class LinkedMap extends MapValue {
  readonly #entries = new Map<Value, Value>()
  /** Keys that are objects, by something that equal ones share. */
  #objectKeys: Map<string, PebbleValue[]> | undefined
  readonly #weight: number

  constructor(entries: Iterable<readonly [Value, Value]>) {
    super()
    for (const [key, value] of entries) this.#entries.set(this.#known(key, true), value)
    this.#weight = totalWeight(this.#entries.keys()) + totalWeight(this.#entries.values())
  }

  get size(): number {
    return this.#entries.size
  }

  override get weight(): number {
    return this.#weight
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(this.#known(key, false))
  }

  entries(): Iterable<readonly [Value, Value]> {
    return this.#entries
  }

  /** JavaScript compares primitives as Java does; of objects, an equal key that is already there stands in. */
  #known(key: Value, remember: boolean): Value {
    if (key === null || typeof key !== 'object') return key
    const shared = key instanceof Collection ? `${key.kind} ${hashCode(key)}` : `${key.kind} ${textOf(key)}`
    const alike = this.#objectKeys?.get(shared) ?? []
    const equal = alike.find((other) => equalValues(key, other))
    if (equal || !remember) return equal ?? key
    this.#objectKeys ??= new Map()
    this.#objectKeys.set(shared, [...alike, key])
    return key
  }
}

/**
 * A map in the order of a Java HashMap that was made for `expected` entries: templates print and walk
 * literals and merged maps in that order.
 */
export function hashMap(entries: Iterable<readonly [Value, Value]>, expected: number): LinkedMap {
  const map = new LinkedMap(entries)
  if (map.size < 2) return map
  const capacity = hashCapacity(expected)
  const placed = [...map.entries()].map((entry) => ({ entry, bucket: bucketOf(entry[0], capacity) }))
  return new LinkedMap(placed.sort((a, b) => a.bucket - b.bucket).map(({ entry }) => entry))
}
