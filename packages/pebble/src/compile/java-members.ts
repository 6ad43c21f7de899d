import { ListValue } from '../value/list.ts'
import { isNumber, type Value } from '../value/value.ts'

/**
 * Names under which Java's reflection finds a member without parameters. A template that relies on one would render
 * something else here, so these are refused instead of being null.
 */
const OBJECT = ['class', 'getclass', 'hashcode', 'tostring', 'notify', 'notifyall', 'wait']

const STRING =
  `length isempty empty isblank blank getbytes bytes tolowercase touppercase trim strip stripleading
  striptrailing stripindent translateescapes lines chars codepoints intern describeconstable
  case_insensitive_order`.split(/\s+/)

const LIST = `size isempty empty clear iterator listiterator stream parallelstream spliterator toarray
  trimtosize clone`.split(/\s+/)

const NUMBER = `intvalue longvalue doublevalue floatvalue shortvalue bytevalue isnan nan isinfinite infinite
  describeconstable max_value min_value size bytes type max_exponent min_exponent min_normal nan
  negative_infinity positive_infinity`.split(/\s+/)

const BOOLEAN = ['booleanvalue', 'describeconstable', 'true', 'false', 'type']

const MEMBERS = {
  string: new Set([...OBJECT, ...STRING]),
  list: new Set([...OBJECT, ...LIST]),
  number: new Set([...OBJECT, ...NUMBER]),
  boolean: new Set([...OBJECT, ...BOOLEAN]),
  other: new Set(OBJECT),
}

export function isJavaMember(object: Value, name: string): boolean {
  return MEMBERS[membersOf(object)].has(name.toLowerCase())
}

function membersOf(object: Value): keyof typeof MEMBERS {
  if (typeof object === 'string') return 'string'
  if (typeof object === 'boolean') return 'boolean'
  if (object instanceof ListValue) return 'list'
  return isNumber(object) ? 'number' : 'other'
}
