import type { Finder } from './regex.ts'

/**
 * Java's `String.split`: with a limit of 0 empty parts at the end are dropped, a positive one bounds the number of
 * parts, a negative one keeps all.
 */
export function splitBy(find: Finder, text: string, limit: number, charge: (work: number) => void): string[] {
  const parts: string[] = []
  let partStart = 0
  let from = 0
  while (limit <= 0 || parts.length < limit - 1) {
    const match = from <= text.length ? find(text, from, charge) : undefined
    if (!match) break
    from = match.end === match.start ? match.end + 1 : match.end
    // An empty match at the very start makes no part.
    if (match.end === 0) continue
    parts.push(text.slice(partStart, match.start))
    partStart = match.end
  }
  if (partStart === 0) return [text]
  parts.push(text.slice(partStart))
  if (limit === 0) while (parts.at(-1) === '') parts.pop()
  return parts
}
