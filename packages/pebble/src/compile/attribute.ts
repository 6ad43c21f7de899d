import { attributeFault, Fault, runtimeFault } from '../fault.ts'
import { isSequence, ListValue } from '../value/list.ts'
import { MapEntry, MapValue } from '../value/map.ts'
import { textOf } from '../value/text.ts'
import {
  Bean,
  ContextView,
  isNumber,
  kindOf,
  type NumberValue,
  toDouble,
  type Value,
} from '../value/value.ts'
import { javaMember } from './java-members.ts'

/** The value of `object[key]` or `object.key`, `undefined` where there is none. */
export function attributeOf(object: Value, key: Value, strict: boolean): Value | undefined {
  if (object === null) return undefined
  if (object instanceof MapValue) return mapAttribute(object, key, strict)
  if (isSequence(object)) {
    const index = indexOf(key)
    if (index !== undefined) return index >= 0 && index < object.size ? object.at(index) : undefined
    return object instanceof ListValue ? memberOf(object, key) : undefined
  }
  if (object instanceof MapEntry) {
    if (key === 'key') return object.key
    if (key === 'value') return object.value
  }
  if (object instanceof Bean) return object.properties.get(textOf(key))
  if (object instanceof ContextView) {
    if (strict) throw runtimeFault('_context can not be read while variables are strict')
    return object.lookup(textOf(key))
  }
  return memberOf(object, key)
}

/** The error of an attribute that is not there, under strict variables. */
export function missingAttribute(object: Value, key: Value): Fault {
  // Java fails here with an error of its own while it builds the message, or casts the number.
  if (object instanceof MapValue && (key === null || isNumber(key))) {
    return runtimeFault(`A ${kindOf(object)} has no attribute ${textOf(key)}`)
  }
  const name = abridged(textOf(key))
  if (object === null) return attributeFault(`"${name}" of null was asked for and variables are strict`)
  return attributeFault(`This ${kindOf(object)} has no "${name}" and variables are strict`)
}

/** A number as key is cast to the class of the map's first key. */
function mapAttribute(map: MapValue, key: Value, strict: boolean): Value | undefined {
  if (!isNumber(key)) return map.get(key)
  for (const [first] of map.entries()) return map.get(castKey(key, first))
  if (strict) throw runtimeFault('A map without entries was asked for a number')
  return undefined
}

function castKey(key: NumberValue, first: Value): Value {
  if (typeof first === 'bigint') return typeof key === 'bigint' ? key : BigInt(Math.trunc(toDouble(key)))
  if (typeof first === 'number') return Math.trunc(toDouble(key)) | 0
  if (typeof key !== 'object' && first !== null && isNumber(first)) return key
  throw runtimeFault(`The keys of this map are of type ${kindOf(first)}, not numbers`, `a ${kindOf(first)}`)
}

const JAVA_INT = /^[+-]?\d+$/

/** The index that a key's text stands for, `undefined` where it is no Java int. */
function indexOf(key: Value): number | undefined {
  if (typeof key === 'number') return key
  const text = typeof key === 'bigint' || typeof key === 'string' ? String(key) : textOf(key)
  const index = JAVA_INT.test(text) ? Number(text) : undefined
  return index === undefined || index > 2 ** 31 - 1 || index < -(2 ** 31) ? undefined : index
}

/**
 * A member of a Java class: those that only look at their object are answered, others that Java has are
 * refused, and what Java does not have is not there.
 */
export function memberOf(object: Value, key: Value, argumentCount = 0): Value | undefined {
  const name = textOf(key)
  if (name === '') throw runtimeFault('An attribute has an empty name', 'the name of an attribute')
  const member = javaMember(object, name, argumentCount)
  if (member !== 'refused') return member?.value
  throw new Fault('refused', `"${name}" is a member of Java's ${kindOf(object)} and out of reach`, 'a filter')
}

function abridged(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}…` : name
}
