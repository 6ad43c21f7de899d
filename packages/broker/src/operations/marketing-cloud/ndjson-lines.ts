import { isUtf8 } from 'node:buffer'

/** A line of NDJSON, counted from 1; `text` is null where the line can not be one. */
export interface Line {
  number: number
  text: string | null
  fault?: { code: string; detail: string }
}

/** A contact is some kilobytes. */
export const LINE_BYTES_AT_MOST = 256 * 1024

/** Cuts bytes into lines, holding no more than one of them. */
export class LineSplitter {
  #number = 0
  #restBytes = 0
  #rest: Buffer[] = [];

  /** The lines that end within the chunk. */
  *push(chunk: Uint8Array): Generator<Line> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    let from = 0
    for (;;) {
      const end = bytes.indexOf(0x0a, from)
      if (end < 0) break
      this.#keep(bytes.subarray(from, end))
      from = end + 1
      yield this.#take()
    }
    this.#keep(bytes.subarray(from))
  }

  /** The last line, where no line break ends it. */
  *end(): Generator<Line> {
    if (this.#restBytes > 0) yield this.#take()
  }

  #keep(piece: Buffer): void {
    this.#restBytes += piece.length
    if (piece.length > 0 && this.#restBytes <= LINE_BYTES_AT_MOST) this.#rest.push(piece)
  }

  #take(): Line {
    const bytes = this.#rest.length === 1 ? this.#rest[0]! : Buffer.concat(this.#rest)
    const tooLong = this.#restBytes > LINE_BYTES_AT_MOST
    this.#rest = []
    this.#restBytes = 0
    this.#number += 1
    const number = this.#number
    if (tooLong) {
      const detail = `The line is longer than ${LINE_BYTES_AT_MOST} bytes.`
      return { number, text: null, fault: { code: 'line.too_long', detail } }
    }
    if (!isUtf8(bytes)) {
      return { number, text: null, fault: { code: 'line.not_utf8', detail: 'The line is not UTF-8.' } }
    }
    return { number, text: bytes.toString('utf8') }
  }
}
