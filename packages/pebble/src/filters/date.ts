import { formatDate } from '../date/format.ts'
import { parseDate } from '../date/parse.ts'
import { UTC, zoneOf } from '../date/zone.ts'
import { runtimeFault } from '../fault.ts'
import { isNumber, kindOf, SafeString, toDouble, type Value } from '../value/value.ts'
import { type FilterDefinition, textArgument } from './filter.ts'

const ISO_8601 = "yyyy-MM-dd'T'HH:mm:ssZ"
/** Beyond this, JavaScript's own calendar ends (ECMA-262 §21.4.1.1). */
const MAX_EPOCH_MS = 8.64e15

/**
 * Formats epoch milliseconds, or a String that is read with `existingFormat`. Without `timeZone` everything is in
 * UTC, where Pebble would take the zone of its server.
 */
export const date: FilterDefinition = {
  name: 'date',
  parameters: ['format', 'existingFormat', 'timeZone'],
  apply(input, [format = null, existingFormat = null, timeZone = null], render) {
    if (input === null) return null
    const pattern = textArgument(format, 'format') ?? ISO_8601
    const inputPattern = textArgument(existingFormat, 'existing format') ?? ISO_8601
    const zoneId = textArgument(timeZone, 'time zone')
    render.charge((pattern.length + inputPattern.length) * 8)
    const epochMs = instantOf(input, inputPattern)
    if (Math.abs(epochMs) > MAX_EPOCH_MS)
      throw runtimeFault('The date is too far away', 'a year up to 275760')
    return new SafeString(formatDate(epochMs, pattern, zoneId === null ? UTC : zoneOf(zoneId)))
  },
}

function instantOf(input: Value, pattern: string): number {
  if (typeof input === 'string') return parseDate(input, pattern, UTC)
  if (isNumber(input)) return Math.trunc(toDouble(input)) || 0
  throw runtimeFault(`A ${kindOf(input)} is no date`, 'milliseconds since 1970 or a String')
}
