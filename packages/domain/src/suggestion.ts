/** The known name nearest to what was written, if it is near enough to be a slip. */
export function closest(written: string, known: readonly string[]): string | undefined {
  const wanted = plain(written.slice(0, 64))
  let best: { name: string; distance: number } | undefined
  for (const name of known) {
    const distance = editDistance(wanted, plain(name))
    if (!best || distance < best.distance) best = { name, distance }
  }
  if (best && best.distance <= Math.max(1, Math.floor(wanted.length / 3))) return best.name
  return wanted.length >= 4 ? known.find((name) => plain(name).startsWith(wanted)) : undefined
}

/** `tokenUrl`, `token-url` and `token_url` are the same slip. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, substitution))
    }
    row = next
  }
  return row[b.length]!
}
