const SPECIAL = /[.*+?^${}()|[\]\\/-]/g
const quote = (text: string): string => text.replace(SPECIAL, '\\$&')

/** Matches nothing: the engine joins what it is given, and an empty expression matches everywhere. */
const NOTHING = '(?!)'

/**
 * Regular expressions for every artifact as it may stand in a log: plain, and as JSON inside of JSON writes it.
 * The longest come first, so that none is masked only in part.
 */
export function maskPatterns(artifacts: readonly string[]): string[] {
  const spellings = new Set<string>()
  for (const artifact of artifacts) {
    let text = artifact
    for (let depth = 0; depth < 4 && text !== ''; depth += 1) {
      spellings.add(text)
      text = JSON.stringify(text).slice(1, -1)
    }
    if (artifact !== '') spellings.add(encodeURIComponent(artifact))
  }
  if (spellings.size === 0) return [NOTHING]
  return [...spellings].sort((a, b) => b.length - a.length).map(quote)
}
