/** A stream of contacts as somebody pasted or chose it; a file stays where it is until it is sent. */
export interface Contacts {
  blob: Blob
  /** Lines that are not blank. */
  count: number
}

/** Every line of NDJSON with its number, from 1. */
async function* linesOf(blob: Blob): AsyncGenerator<{ number: number; text: string }> {
  let number = 0
  let rest = ''
  for await (const text of blob.stream().pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    for (const line of lines) {
      number += 1
      yield { number, text: line }
    }
  }
  if (rest !== '') yield { number: number + 1, text: rest }
}

export async function readContacts(blob: Blob): Promise<Contacts> {
  let count = 0
  for await (const { text } of linesOf(blob)) if (text.trim() !== '') count += 1
  return { blob, count }
}

/** The text of some lines, by their numbers. */
export async function textOfLines(blob: Blob, wanted: ReadonlySet<number>): Promise<Map<number, string>> {
  const found = new Map<number, string>()
  if (wanted.size === 0) return found
  for await (const { number, text } of linesOf(blob)) {
    if (!wanted.has(number)) continue
    found.set(number, text)
    if (found.size === wanted.size) break
  }
  return found
}
