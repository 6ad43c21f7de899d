/** A place in a template, both counted from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** The line breaks that count for line numbers. */
const LINE_BREAK = /\r\n|[\n\r\u0085\u2028\u2029]/g

/** Translates an offset into line and column. */
export function placeOf(source: string, offset: number): Place {
  let line = 1
  let lineStart = 0
  for (const found of source.matchAll(LINE_BREAK)) {
    const next = found.index + found[0].length
    if (next > offset) break
    line++
    lineStart = next
  }
  return { line, column: offset - lineStart + 1 }
}

const EXCERPT_WIDTH = 80

/** Shows the line of an offset with a caret under the place; long lines are cut on both sides. */
export function excerptOf(source: string, offset: number): string {
  const { line, column } = placeOf(source, offset)
  const start = offset - (column - 1)
  LINE_BREAK.lastIndex = start
  const end = LINE_BREAK.exec(source)?.index ?? source.length
  LINE_BREAK.lastIndex = 0
  const from = Math.max(start, offset - EXCERPT_WIDTH / 2)
  const to = Math.min(end, from + EXCERPT_WIDTH)
  const shown = `${from > start ? '…' : ''}${source.slice(from, to)}${to < end ? '…' : ''}`
  const gutter = `${line} | `
  const caret = ' '.repeat(gutter.length + (from > start ? 1 : 0) + (offset - from))
  return `${gutter}${shown.replaceAll('\t', ' ')}\n${caret}^`
}
