import { runtimeFault } from '../fault.ts'
import { compileRegex } from '../regex/regex.ts'
import { splitBy } from '../regex/split.ts'
import { ArrayValue } from '../value/list.ts'
import { isNumber, kindOf, toDouble } from '../value/value.ts'
import { stringFilter, textArgument } from './filter.ts'

/** Cuts a text at each match of a Java regular expression; `limit` as in Java's `String.split`. */
export const split = stringFilter(
  'split',
  ['delimiter', 'limit'],
  (input, [delimiter = null, limit = null], render) => {
    const pattern = textArgument(delimiter, 'delimiter')
    if (pattern === null) throw runtimeFault('split got no delimiter', 'a regular expression')
    if (limit !== null && !isNumber(limit)) throw runtimeFault(`The limit is a ${kindOf(limit)}`, 'a number')
    const count = limit === null ? 0 : Math.trunc(toDouble(limit))
    const parts = splitBy(compileRegex(pattern), input, count, (work) => render.charge(work))
    render.chargeItems(parts.length)
    return new ArrayValue(parts)
  },
)
