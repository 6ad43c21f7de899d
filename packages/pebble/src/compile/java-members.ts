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

const STRING: Record<string, Member<string>> = {
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

const LIST: Record<string, Member<ListValue>> = {
  ...ANY,
  size: (list) => list.size,
  isempty: (list) => list.size === 0,
}

const MAP: Record<string, Member<MapValue>> = {
  ...ANY,
  size: (map) => map.size,
  isempty: (map) => map.size === 0,
}

const NUMBER: Record<string, Member<NumberValue>> = {
  ...ANY,
  intvalue: (number) =>
    typeof number === 'bigint' ? Number(BigInt.asIntN(32, number)) : toDouble(number) | 0,
  longvalue: (number) => (typeof number === 'bigint' ? number : BigInt(Math.trunc(toDouble(number) || 0))),
  doublevalue: (number) => new JavaDouble(toDouble(number)),
}

const BOOLEAN: Record<string, Member<boolean>> = {
  ...ANY,
  booleanvalue: (value) => value,
}

/** What Java knows of one type: members that are answered, and those out of reach without and with parameters. */
interface JavaType {
  readonly answered: Record<string, Member<never>>
  readonly refused: ReadonlySet<string>
  readonly refusedCalls: ReadonlySet<string>
}

/**
 * Members out of reach look further than their object, change it or need Java's types. They are refused, since a
 * template that relies on one would silently render something else. Those with parameters are only met by calls.
 */
function javaType(answered: Record<string, Member<never>>, refused: string, refusedCalls: string): JavaType {
  return {
    answered,
    refused: new Set(`getclass class notify notifyall wait ${refused}`.split(/\s+/)),
    refusedCalls: new Set(`equals wait ${refusedCalls}`.split(/\s+/)),
  }
}

const OBJECT_TYPE = javaType(ANY, '', '')
const STRING_TYPE = javaType(
  STRING,
  'getbytes bytes lines chars codepoints intern describeconstable stripindent translateescapes tochararray',
  `charat codepointat codepointbefore compareto comparetoignorecase concat contains contentequals endswith
  equalsignorecase formatted getbytes getchars indent indexof join lastindexof matches regionmatches repeat replace
  replaceall replacefirst split startswith subsequence substring transform valueof`,
)
const LIST_TYPE = javaType(
  LIST,
  'clear clone iterator listiterator parallelstream spliterator stream toarray trimtosize',
  `add addall containsall contains ensurecapacity foreach get indexof lastindexof listiterator remove removeall
  removeif replaceall retainall set sort sublist toarray`,
)
const MAP_TYPE = javaType(
  MAP,
  'clear clone entryset keyset values',
  `compute computeifabsent computeifpresent containskey containsvalue foreach get getordefault merge put putall
  putifabsent remove replace replaceall`,
)
const NUMBER_TYPE = javaType(
  NUMBER,
  'bytevalue describeconstable floatvalue infinite isinfinite isnan nan shortvalue max_value min_value',
  'compare compareto max min parseint sum tohexstring valueof',
)
const BOOLEAN_TYPE = javaType(
  BOOLEAN,
  'describeconstable',
  'compare compareto logicaland logicalor logicalxor valueof',
)

/**
 * The value of a Java member; `refused` for one out of reach, `undefined` where there is none. `argumentCount` is 0
 * also where there is no call.
 */
export function javaMember(
  object: Value,
  name: string,
  argumentCount: number,
): { readonly value: Value } | 'refused' | undefined {
  const type = typeOf(object)
  const lower = name.toLowerCase()
  if (argumentCount > 0) return type.refusedCalls.has(lower) ? 'refused' : undefined
  for (const candidate of [lower, `get${lower}`, `is${lower}`]) {
    if (!Object.hasOwn(type.answered, candidate)) continue
    return { value: (type.answered[candidate] as Member<Value>)(object) }
  }
  return type.refused.has(lower) ? 'refused' : undefined
}

function typeOf(object: Value): JavaType {
  if (typeof object === 'string') return STRING_TYPE
  if (typeof object === 'boolean') return BOOLEAN_TYPE
  if (object instanceof ListValue) return LIST_TYPE
  if (object instanceof MapValue) return MAP_TYPE
  return isNumber(object) ? NUMBER_TYPE : OBJECT_TYPE
}
