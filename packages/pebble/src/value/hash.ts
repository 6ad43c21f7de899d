import { ListValue } from './list.ts'
import { MapEntry, MapValue } from './map.ts'
import { BigInteger, Character, JavaDouble, SafeString, type Value } from './value.ts'

/** The capacity of a HashMap for that many entries: a power of two that they fill by three quarters at most. */
export function hashCapacity(expected: number): number {
  const needed = Math.ceil(expected / 0.75)
  let capacity = 1
  while (capacity < needed) capacity *= 2
  return capacity
}

/** The bucket in which a HashMap of this capacity keeps a key. */
export function bucketOf(key: Value, capacity: number): number {
  const hash = hashCode(key)
  return (hash ^ (hash >>> 16)) & (capacity - 1)
}

/** Java's `hashCode`. Values that Java hashes by identity have no fixed one and give 0. */
export function hashCode(value: Value): number {
  if (value === null) return 0
  switch (typeof value) {
    case 'string':
      return hashText(value)
    case 'boolean':
      return value ? 1231 : 1237
    case 'number':
      return value
    case 'bigint':
      return foldBits(value)
    default:
      return hashObject(value)
  }
}

function hashObject(value: object): number {
  if (value instanceof JavaDouble) return foldBits(doubleBits(value.value))
  if (value instanceof SafeString) return hashText(value.text)
  if (value instanceof Character) return value.text.charCodeAt(0)
  if (value instanceof BigInteger) return foldBits(BigInt.asIntN(64, value.value))
  if (value instanceof ListValue) {
    return value.items().reduce<number>((hash, item) => (Math.imul(31, hash) + hashCode(item)) | 0, 1)
  }
  if (value instanceof MapEntry) return hashCode(value.key) ^ hashCode(value.value)
  if (value instanceof MapValue) {
    let hash = 0
    for (const [key, item] of value.entries()) hash = (hash + (hashCode(key) ^ hashCode(item))) | 0
    return hash
  }
  return 0
}

/** `String.hashCode`. */
export function hashText(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(31, hash) + text.charCodeAt(i)) | 0
  return hash
}

function foldBits(bits: bigint): number {
  return Number(BigInt.asIntN(32, bits ^ (BigInt.asUintN(64, bits) >> 32n)))
}

const DOUBLE = new DataView(new ArrayBuffer(8))

/** The IEEE 754 bits of a double, as a signed 64-bit number. */
export function doubleBits(value: number): bigint {
  DOUBLE.setFloat64(0, value)
  return DOUBLE.getBigInt64(0)
}
