import { runtimeFault } from '../fault.ts'
import type { Render } from '../render/render.ts'
import { equalValues } from '../value/equality.ts'
import { isSequence, ListValue } from '../value/list.ts'
import { MapValue } from '../value/map.ts'
import { textOf } from '../value/text.ts'
import { kindOf, type Value } from '../value/value.ts'
import type { BinaryOperator } from './operator.ts'

/** `a contains b`: element of a list, key of a map, part of a String. */
export const contains: BinaryOperator = {
  symbol: 'contains',
  precedence: 20,
  compile(left, right, { at }) {
    return (render) => {
      const container = left(render)
      if (container === null) return false
      const sought = right(render)
      render.at = at
      return holds(container, sought, render)
    }
  },
}

function holds(container: Value, sought: Value, render: Render): boolean {
  if (typeof container === 'string') {
    render.charge(container.length)
    return container.includes(textOf(sought))
  }
  if (isSequence(container)) {
    const items = container.items()
    const wanted = container instanceof ListValue && sought instanceof ListValue ? sought.items() : [sought]
    render.charge(container.weight * wanted.length * 4)
    return wanted.every((one) => items.some((item) => equalValues(item, one)))
  }
  if (container instanceof MapValue) return container.get(sought) !== undefined
  throw runtimeFault(`A ${kindOf(container)} can not contain anything`, 'a list, map or String')
}
