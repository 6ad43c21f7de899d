/** The head of an answer that can be read in one way only. */
export interface SimpleHead {
  status: number
  reason: string
  /** Names and values in turn, Latin-1. */
  rawHeaders: string[]
  /** Where the body begins. */
  bodyAt: number
  /** Of the body, bytes. */
  length: number
  /** How long the server keeps the connection, seconds; null when it does not say. 0: it closes it. */
  keepSeconds: number | null
}

const HEAD_AT_MOST = 32 * 1024
const STATUS_LINE = /HTTP\/1\.1 ([2-5]\d\d) ([\t\x20-\x7e\x80-\xff]*)\r\n/y
const FIELD = /([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)\r\n/y

/**
 * Recognises the common form of an answer: a whole head in one piece, HTTP/1.1, a final status, and a body
 * whose end is told by exactly one `Content-Length` (RFC 9112 §6.3). Null for anything else, valid or not: a
 * real parser then reads the same bytes.
 */
export function readSimpleHead(bytes: Buffer): SimpleHead | null {
  const end = bytes.indexOf('\r\n\r\n', 0, 'latin1')
  if (end === -1 || end > HEAD_AT_MOST) return null
  const text = bytes.toString('latin1', 0, end + 2)
  STATUS_LINE.lastIndex = 0
  const line = STATUS_LINE.exec(text)
  if (line === null) return null
  const status = Number(line[1])
  const rawHeaders: string[] = []
  let length: number | null = null
  let keepSeconds: number | null = null
  for (let at = STATUS_LINE.lastIndex; at < text.length; at = FIELD.lastIndex) {
    FIELD.lastIndex = at
    const field = FIELD.exec(text)
    if (field === null) return null
    const name = field[1]!
    const value = trimEnd(field[2]!)
    rawHeaders.push(name, value)
    switch (name.length) {
      case 14: {
        if (name.toLowerCase() !== 'content-length') break
        if (length !== null || !/^\d{1,15}$/.test(value)) return null
        length = Number(value)
        break
      }
      case 17:
        if (name.toLowerCase() === 'transfer-encoding') return null
        break
      case 10: {
        const lower = name.toLowerCase()
        if (lower === 'connection') {
          const option = value.toLowerCase()
          if (option === 'close') keepSeconds = 0
          else if (option !== 'keep-alive') return null
        } else if (lower === 'keep-alive' && keepSeconds !== 0) {
          const seconds = /(?:^|[\s,;])timeout=(\d{1,6})/i.exec(value)?.[1]
          if (seconds !== undefined) keepSeconds = Number(seconds)
        }
        break
      }
    }
  }
  if (status === 204) {
    // It has no body, and a length would make two readers disagree: RFC 9110 §8.6.
    if (length !== null) return null
    length = 0
  }
  if (status === 304) length = 0
  if (length === null) return null
  return { status, reason: line[2]!, rawHeaders, bodyAt: end + 4, length, keepSeconds }
}

function trimEnd(value: string): string {
  let end = value.length
  while (end > 0 && (value.charCodeAt(end - 1) === 32 || value.charCodeAt(end - 1) === 9)) end -= 1
  return end === value.length ? value : value.slice(0, end)
}
