/**
 * An artifact as a data element may hand it on: as it is, with `clean_text`, with `force_lower_case`, and with both,
 * written as the engine writes them.
 */
export function spellingsOf(artifact: string): readonly string[] {
  const clean = artifact.replace(/\s+/g, ' ').trim()
  return [...new Set([artifact, clean, artifact.toLowerCase(), clean.toLowerCase()])]
}
