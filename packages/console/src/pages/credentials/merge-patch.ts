type Json = unknown

const isObject = (value: Json): value is Record<string, Json> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const isSame = (a: Json, b: Json): boolean => {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, at) => isSame(one, b[at]))
  if (!isObject(a) || !isObject(b)) return Object.is(a, b)
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].every((name) => isSame(a[name], b[name]))
}

/** What turns one object into the other, RFC 7396: null takes a member away; undefined when nothing differs. */
export function mergePatch(
  before: Record<string, Json>,
  after: Record<string, Json>,
): Record<string, Json> | undefined {
  const changes: Array<[string, Json]> = []
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, next] = [before[name], after[name]]
    if (isSame(old, next)) continue
    if (next === undefined) changes.push([name, null])
    else if (isObject(old) && isObject(next)) changes.push([name, mergePatch(old, next)])
    else changes.push([name, next])
  }
  return changes.length === 0 ? undefined : Object.fromEntries(changes)
}
