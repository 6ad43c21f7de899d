const HAS_INDEX = /[[0-9]+]/
const INDEX = /\[([0-9]+)]$/

/**
 * What lies at a path such as `arc.event.xdm.items[0].id`, read as the core extension of Adobe reads it: a part
 * that is not there leaves what was found so far when it is empty, and whatever is empty becomes null. Only
 * members that the data itself has count: `constructor` is none.
 */
export function readPath(root: unknown, path: string): unknown {
  let found: unknown = root
  for (const part of path.split('.')) {
    if (!found) break
    if (!HAS_INDEX.test(part)) {
      found = member(found, part)
      continue
    }
    const list = member(found, part.slice(0, Math.max(0, part.indexOf('['))))
    if (list) found = member(list, INDEX.exec(part)?.[1] ?? 'null')
  }
  return found || null
}

const member = (value: unknown, name: string): unknown =>
  Object.hasOwn(Object(value), name) ? (value as Record<string, unknown>)[name] : undefined
