/** One member of an object as it stands in the text. */
export interface JsonMember {
  name: string
  /** Name, colon and value, as they were written. */
  text: string
}

/**
 * The members of the outermost object of a text that `JSON.parse` has accepted; undefined when it is no
 * object. What stands between them is dropped, what stands in them is kept byte for byte.
 */
export function readMembers(json: string): JsonMember[] | undefined {
  let at = skipBlank(json, 0)
  if (json[at] !== '{') return undefined
  const members: JsonMember[] = []
  at = skipBlank(json, at + 1)
  while (json[at] === '"') {
    const nameEnd = endOfString(json, at)
    const valueStart = skipBlank(json, skipBlank(json, nameEnd) + 1)
    const end = endOfValue(json, valueStart)
    members.push({ name: JSON.parse(json.slice(at, nameEnd)) as string, text: json.slice(at, end) })
    at = skipBlank(json, end)
    if (json[at] === ',') at = skipBlank(json, at + 1)
  }
  return members
}

/** The first name that is there twice. */
export function repeatedName(members: readonly JsonMember[]): string | undefined {
  const seen = new Set<string>()
  for (const { name } of members) {
    if (seen.has(name)) return name
    seen.add(name)
  }
  return undefined
}

/** The object without some of its members; unchanged, byte for byte, where it has none of them. */
export function withoutMembers(
  json: string,
  members: readonly JsonMember[],
  names: readonly string[],
): string {
  const kept = members.filter(({ name }) => !names.includes(name))
  return kept.length === members.length ? json : `{${kept.map(({ text }) => text).join(',')}}`
}

function skipBlank(json: string, from: number): number {
  let at = from
  while (json[at] === ' ' || json[at] === '\n' || json[at] === '\r' || json[at] === '\t') at += 1
  return at
}

function endOfString(json: string, from: number): number {
  let at = from + 1
  while (json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at + 1
}

/** Counts brackets instead of recursing, so that no depth of nesting overflows. */
function endOfValue(json: string, from: number): number {
  let depth = 0
  let at = from
  do {
    const character = json[at]
    if (character === '"') at = endOfString(json, at)
    else {
      if (character === '{' || character === '[') depth += 1
      else if (character === '}' || character === ']') depth -= 1
      at += 1
    }
  } while (depth > 0)
  if (json[from] === '"' || json[from] === '{' || json[from] === '[') return at
  while (at < json.length && !/[\s,}\]]/.test(json[at]!)) at += 1
  return at
}
