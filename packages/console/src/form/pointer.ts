/** JSON pointers, RFC 6901: where a value stands in what a form makes. */
type Json = unknown

const parts = (pointer: string): string[] =>
  pointer === ''
    ? []
    : pointer
        .slice(1)
        .split('/')
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))

export const joinPointer = (base: string, ...names: ReadonlyArray<string | number>): string =>
  base + names.map((name) => `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

export function valueAt(value: Json, pointer: string): Json {
  let at = value
  for (const part of parts(pointer)) {
    if (typeof at !== 'object' || at === null) return undefined
    at = (at as Record<string, Json>)[part]
  }
  return at
}

/** A copy in which the value stands there; undefined takes the member away. */
export function withValueAt(value: Json, pointer: string, next: Json): Json {
  const [part, ...rest] = parts(pointer)
  if (part === undefined) return next
  const below = joinPointer('', ...rest)
  if (Array.isArray(value)) {
    const copy = [...value]
    copy[Number(part)] = withValueAt(copy[Number(part)], below, next)
    return copy
  }
  const object = typeof value === 'object' && value !== null ? (value as Record<string, Json>) : {}
  const inner = withValueAt(object[part], below, next)
  const { [part]: _, ...others } = object
  return inner === undefined ? others : { ...object, [part]: inner }
}
