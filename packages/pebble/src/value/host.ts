import { limitFault } from '../fault.ts'
import type { Limits } from '../limits.ts'
import { LinkedMap } from './linked-map.ts'
import { ListValue } from './list.ts'
import { MapValue } from './map.ts'
import { BigInteger, JavaDouble, PebbleValue, type Value } from './value.ts'

const MIN_LONG = -(2n ** 63n)
const MAX_LONG = 2n ** 63n - 1n

/** Arrays in arrays are read at once; this bounds how deep, also where one contains itself. */
const MAX_DEPTH = 100

/**
 * Reads the host's data while a template asks for it. Only own, enumerable data properties exist: no prototype, no
 * getter is run, functions and symbols are null. Each array is read once per render, so that a template may sort
 * "in place" without touching the caller's array.
 */
export class HostReader {
  #lists: Map<readonly unknown[], ListValue> | undefined
  readonly #limits: Limits
  #reads = 0
  /** Paths of a template often pass through the same object as the one before. */
  #lastObject: object | undefined
  #lastMap: HostMap | undefined

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** The property of a host object as a value, `undefined` where there is none. */
  property(object: object, name: string): Value | undefined {
    // Objects may share others, so that reading all that can be reached may have no end.
    if (++this.#reads > this.#limits.steps)
      throw limitFault('steps', this.#limits.steps, 'What was read of the context')
    const property = Object.getOwnPropertyDescriptor(object, name)
    if (property === undefined || !property.enumerable || isAccessor(property)) return undefined
    return this.value(property.value)
  }

  value(data: unknown, depth = 0): Value {
    switch (typeof data) {
      case 'string':
      case 'boolean':
        return data
      case 'number':
        return readNumber(data)
      case 'bigint':
        return data >= MIN_LONG && data <= MAX_LONG ? data : new BigInteger(data)
      case 'object':
        if (data === null || data instanceof PebbleValue) return data
        if (Array.isArray(data)) return this.#list(data, depth)
        if (data instanceof Map) return this.#map(data, depth)
        if (data !== this.#lastObject) {
          this.#lastObject = data
          this.#lastMap = new HostMap(data, this)
        }
        return this.#lastMap as HostMap
      default:
        return null
    }
  }

  #list(data: readonly unknown[], depth: number): ListValue {
    const known = this.#lists?.get(data)
    if (known) return known
    const size = Object.getOwnPropertyDescriptor(data, 'length')?.value as number
    this.#check(size, depth)
    const items = new Array<Value>(size).fill(null)
    for (let i = 0; i < size; i++) {
      const element = Object.getOwnPropertyDescriptor(data, i)
      if (element !== undefined && !isAccessor(element)) items[i] = this.value(element.value, depth + 1)
    }
    const list = new ListValue(items)
    this.#lists ??= new Map()
    this.#lists.set(data, list)
    return list
  }

  #map(data: ReadonlyMap<unknown, unknown>, depth: number): LinkedMap {
    const entries: [Value, Value][] = []
    Map.prototype.forEach.call(data, (value: unknown, key: unknown) => {
      this.#check(entries.length, depth)
      entries.push([this.value(key, depth + 1), this.value(value, depth + 1)])
    })
    return new LinkedMap(entries)
  }

  #check(size: number, depth: number): void {
    if (depth >= MAX_DEPTH) throw limitFault('depth', MAX_DEPTH, 'The nesting of arrays in the context')
    const { items } = this.#limits
    if (size > items) throw limitFault('items', items, `An array or Map of ${size}`)
  }
}

function isAccessor({ get, set }: PropertyDescriptor): boolean {
  return get !== undefined || set !== undefined
}

/**
 * A whole number of 32 bits is an Integer, of 64 bits a Long, everything else a Double. JavaScript can not tell 1.0
 * from 1: who needs the Double passes `new JavaDouble(1)`.
 */
export function readNumber(data: number): Value {
  if ((data | 0) === data) return data | 0
  if (Number.isInteger(data) && Math.abs(data) < 2 ** 63) return BigInt(data)
  return new JavaDouble(data)
}

/** A plain object of the host, read property by property. */
class HostMap extends MapValue {
  readonly #object: object
  readonly #reader: HostReader
  #keys: string[] | undefined
  #lastKey: string | undefined
  #lastValue: Value | undefined

  constructor(object: object, reader: HostReader) {
    super()
    this.#object = object
    this.#reader = reader
  }

  get size(): number {
    return this.#names().length
  }

  get(key: Value): Value | undefined {
    if (typeof key !== 'string') return undefined
    if (key !== this.#lastKey) {
      this.#lastKey = key
      this.#lastValue = this.#reader.property(this.#object, key)
    }
    return this.#lastValue
  }

  *entries(): Iterable<readonly [Value, Value]> {
    for (const name of this.#names()) {
      const value = this.#reader.property(this.#object, name)
      if (value !== undefined) yield [name, value]
    }
  }

  #names(): string[] {
    this.#keys ??= Object.keys(this.#object).filter((name) => {
      const property = Object.getOwnPropertyDescriptor(this.#object, name)
      return property !== undefined && !isAccessor(property)
    })
    return this.#keys
  }
}
