import { runtimeFault } from '../fault.ts'
import { MapValue } from '../value/map.ts'
import { textOf } from '../value/text.ts'
import { kindOf } from '../value/value.ts'
import type { FilterDefinition } from './filter.ts'

/** Replaces each key of a map by its value, one pair after the other, in the order of the map. */
export const replace: FilterDefinition = {
  name: 'replace',
  parameters: ['replace_pairs'],
  apply(input, [pairs = null], render) {
    if (input === null) return null
    if (!(pairs instanceof MapValue)) throw runtimeFault(`The pairs are a ${kindOf(pairs)}`, 'a map')
    let text = textOf(input)
    for (const [key, value] of pairs.entries()) {
      if (value === null) throw runtimeFault('A replacement is null', 'a text')
      const [sought, replacement] = [textOf(key), textOf(value)]
      const parts = text.split(sought)
      const gaps = sought === '' ? text.length + 1 : parts.length - 1
      render.chargeText(text.length + gaps * (replacement.length - sought.length))
      text = sought === '' ? text.replaceAll('', () => replacement) : parts.join(replacement)
    }
    return text
  },
}
