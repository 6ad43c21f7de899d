import { hashCode } from '../value/hash.ts'
import { ListValue } from '../value/list.ts'
import { MapValue } from '../value/map.ts'
import { trimControls } from '../value/number-text.ts'
import { textOf } from '../value/text.ts'
import { trimEnd, trimStart } from '../value/unicode.ts'
import { isNumber, JavaDouble, type NumberValue, toDouble, type Value } from '../value/value.ts'

/** What a member says of its object. */
type Member<V extends Value> = (object: V) => Value

/**
 * The members of Java classes that only look at their object. Names are compared without regard to case, and a
 * getter may be called by its property, as Pebble's reflection has it.
 */
const ANY: Record<string, Member<Value>> = { tostring: textOf, hashcode: hashCode }

const OF_STRING: Record<string, Member<string>> = {
  ...ANY,
  length: (text) => text.length,
  isempty: (text) => text === '',
  isblank: (text) => trimStart(text) === '',
  touppercase: (text) => text.toUpperCase(),
  tolowercase: (text) => text.toLowerCase(),
  trim: trimControls,
  strip: (text) => trimEnd(trimStart(text)),
  stripleading: trimStart,
  striptrailing: trimEnd,
}

const OF_LIST: Record<string, Member<ListValue>> = {
  ...ANY,
  size: (list) => list.size,
  isempty: (list) => list.size === 0,
}

const OF_MAP: Record<string, Member<MapValue>> = {
  ...ANY,
  size: (map) => map.size,
  isempty: (map) => map.size === 0,
}

const OF_NUMBER: Record<string, Member<NumberValue>> = {
  ...ANY,
  intvalue: (number) =>
    typeof number === 'bigint' ? Number(BigInt.asIntN(32, number)) : toDouble(number) | 0,
  longvalue: (number) => (typeof number === 'bigint' ? number : BigInt(Math.trunc(toDouble(number) || 0))),
  doublevalue: (number) => new JavaDouble(toDouble(number)),
}

const OF_BOOLEAN: Record<string, Member<boolean>> = {
  ...ANY,
  booleanvalue: (value) => value,
}

/**
 * Members that reach further than their object or need Java's types. They are refused, since a template that relies
 * on one would silently render something else.
 */
const REFUSED = new Set(
  `getclass class notify notifyall wait equals compareto comparetoignorecase
  getbytes bytes lines chars codepoints intern describeconstable stripindent translateescapes case_insensitive_order
  charat codepointat codepointbefore concat contains contentequals endswith equalsignorecase formatted indexof join
  lastindexof matches regionmatches repeat replace replaceall replacefirst split startswith subsequence substring
  tochararray valueof copyvalueof transform indent
  add addall addfirst addlast clear containsall foreach get getfirst getlast first iterator last listiterator
  remove removeall removefirst removeif removelast replaceall retainall set sort spliterator stream parallelstream
  sublist toarray trimtosize ensurecapacity clone
  compute computeifabsent computeifpresent containskey containsvalue entryset getordefault keyset merge put putall
  putifabsent values
  bytevalue floatvalue shortvalue isnan nan isinfinite infinite max_value min_value type bytes tohexstring
  max_exponent min_exponent min_normal negative_infinity positive_infinity true false logicaland logicalor`.split(
    /\s+/,
  ),
)

/** The value of a Java member without parameters; `refused` for one out of reach, `undefined` where there is none. */
export function javaMember(object: Value, name: string): { readonly value: Value } | 'refused' | undefined {
  const lower = name.toLowerCase()
  const members = membersOf(object) as Record<string, Member<Value>>
  for (const candidate of [lower, `get${lower}`, `is${lower}`]) {
    const member = Object.hasOwn(members, candidate) ? members[candidate] : undefined
    if (member) return { value: member(object) }
  }
  return REFUSED.has(lower) ? 'refused' : undefined
}

function membersOf(object: Value): Record<string, Member<never>> {
  if (typeof object === 'string') return OF_STRING
  if (typeof object === 'boolean') return OF_BOOLEAN
  if (object instanceof ListValue) return OF_LIST
  if (object instanceof MapValue) return OF_MAP
  return isNumber(object) ? OF_NUMBER : ANY
}
