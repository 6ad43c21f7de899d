import { runtimeFault } from '../fault.ts'
import type { Render } from '../render/render.ts'
import { hashMap } from '../value/linked-map.ts'
import { ArrayValue, ListValue } from '../value/list.ts'
import { MapEntry, MapValue } from '../value/map.ts'
import { kindOf, type Value } from '../value/value.ts'
import type { FilterDefinition } from './filter.ts'

/** Spare room that Pebble gives the HashMap it merges into; it shows in the order. */
const SPARE_ENTRIES = 16

/** Both together: maps by key, the argument winning, lists one after the other. */
export const merge: FilterDefinition = {
  name: 'merge',
  parameters: ['items'],
  apply(input, [items = null], render) {
    if (input === null && items === null)
      throw runtimeFault('Both sides of a merge are null', 'a list or map')
    if (input === null || items === null) return items ?? input
    if (input instanceof MapValue) return mergeMap(input, items, render)
    if (input instanceof ListValue) return mergeList(input, items, render)
    if (input instanceof ArrayValue && items instanceof ArrayValue) {
      render.chargeItems(input.size + items.size)
      return new ArrayValue([...input.items(), ...items.items()])
    }
    throw mismatch(input, items)
  },
}

function mergeMap(map: MapValue, items: Value, render: Render): MapValue {
  if (items instanceof MapValue) {
    render.chargeEntries(map.size + items.size)
    return hashMap([...map.entries(), ...items.entries()], map.size + items.size + SPARE_ENTRIES)
  }
  if (items instanceof ListValue) {
    render.chargeEntries(map.size + items.size)
    const pairs = items.items().map((item): [Value, Value] => [item, item])
    return hashMap([...map.entries(), ...pairs], map.size + items.size + SPARE_ENTRIES)
  }
  throw mismatch(map, items)
}

function mergeList(list: ListValue, items: Value, render: Render): ListValue {
  if (items instanceof ListValue) {
    render.chargeItems(list.size + items.size)
    return new ListValue([...list.items(), ...items.items()])
  }
  if (items instanceof MapValue) {
    render.chargeItems(list.size + items.size)
    return new ListValue([
      ...list.items(),
      ...[...items.entries()].map(([key, value]) => new MapEntry(key, value)),
    ])
  }
  throw mismatch(list, items)
}

function mismatch(input: Value, items: Value): Error {
  return runtimeFault(
    `A ${kindOf(input)} and a ${kindOf(items)} can not be merged`,
    'maps or lists on both sides',
  )
}
