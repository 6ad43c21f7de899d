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
    members.push({ name: nameIn(json.slice(at, nameEnd)), text: json.slice(at, end) })
    at = skipBlank(json, end)
    if (json[at] === ',') at = skipBlank(json, at + 1)
  }
  return members
}

const nameIn = (written: string): string =>
  written.includes('\\') ? (JSON.parse(written) as string) : written.slice(1, -1)

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
  while (isBlank(json.charCodeAt(at))) at += 1
  return at
}

/** RFC 8259 §2: space, line feed, carriage return, tab. */
const isBlank = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09

function endOfString(json: string, from: number): number {
  let at = from + 1
  for (;;) {
    const code = json.charCodeAt(at)
    if (code === QUOTE) return at + 1
    at += code === BACKSLASH ? 2 : 1
  }
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c

const isOpening = (code: number): boolean => code === 0x7b || code === 0x5b
const isClosing = (code: number): boolean => code === 0x7d || code === 0x5d

/** Counts brackets instead of recursing, so that no depth of nesting overflows. */
function endOfValue(json: string, from: number): number {
  const first = json.charCodeAt(from)
  if (first === QUOTE) return endOfString(json, from)
  let at = from
  if (isOpening(first)) {
    let depth = 0
    do {
      const code = json.charCodeAt(at)
      if (code === QUOTE) at = endOfString(json, at)
      else {
        if (isOpening(code)) depth += 1
        else if (isClosing(code)) depth -= 1
        at += 1
      }
    } while (depth > 0)
    return at
  }
  for (; at < json.length; at += 1) {
    const code = json.charCodeAt(at)
    if (code === COMMA || isClosing(code) || isBlank(code)) break
  }
  return at
}
