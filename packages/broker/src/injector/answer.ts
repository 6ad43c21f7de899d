import type { IncomingMessage, ServerResponse } from 'node:http'
import { endInTurn } from '../http/end-in-turn.ts'
import type { AnswerHead } from './attempt.ts'
import { responseFields } from './header-fields.ts'

/** Writes a destination's answer to the caller, byte for byte, at the speed at which the caller reads. */
export class Answer {
  readonly #req: IncomingMessage
  readonly #res: ServerResponse
  readonly #callerIdleMs: number
  #onDrain: (() => void) | null = null
  /** Length of a body of which nothing was written yet; -1 when it is not known. */
  #whole = -1
  /** All of it is on its way: nothing follows. */
  #isWhole = false

  constructor(req: IncomingMessage, res: ServerResponse, callerIdleMs: number) {
    this.#req = req
    this.#res = res
    this.#callerIdleMs = callerIdleMs
  }

  /** Called when the caller reads again after `write` answered false. */
  set onDrain(callback: () => void) {
    this.#onDrain = callback
  }

  /** Passes a 1xx answer on, except to HTTP/1.0 callers, who do not know them: RFC 9110 §15.2. */
  inform({ status, rawHeaders }: AnswerHead): void {
    if (this.#req.httpVersionMinor === 0 || status === 101) return
    this.#res.writeInformation(status, responseFields(rawHeaders, false))
  }

  /** Throws when the head can not stand in HTTP; nothing has been written then. */
  begin({ status, reason, rawHeaders }: AnswerHead): void {
    const res = this.#res
    // The destination's own date, or its lack of one, is passed on.
    res.sendDate = false
    const length = lengthOf(rawHeaders)
    const chunked = this.#req.httpVersionMinor > 0 && this.#mayHaveBody(status) && length === undefined
    this.#whole = length === undefined ? -1 : Number(length)
    res.writeHead(status, printable(reason), responseFields(rawHeaders, chunked))
  }

  /** False: the caller does not keep up. */
  write(chunk: Buffer): boolean {
    if (chunk.length === this.#whole && chunk.length <= ONE_WRITE_BYTES) {
      // As text it leaves in one write together with the head.
      this.#isWhole = true
      endInTurn(this.#res, chunk.toString('latin1'), 'latin1')
      return true
    }
    this.#whole = -1
    if (this.#res.write(chunk)) return true
    this.#waitForDrain()
    return false
  }

  end(rawTrailers: readonly string[]): void {
    if (this.#isWhole || this.#res.writableEnded) return
    if (rawTrailers.length > 0) this.#res.addTrailers(pairs(responseFields(rawTrailers, false)))
    this.#res.end()
  }

  /**
   * Breaks off in the middle of a body so that the caller sees it. A body that ends with the connection
   * (HTTP/1.0) would look whole after an orderly close, so it is reset.
   */
  breakOff(): void {
    if (this.#req.httpVersionMinor === 0) this.#res.socket?.resetAndDestroy()
    this.#res.destroy()
  }

  #mayHaveBody(status: number): boolean {
    return this.#req.method !== 'HEAD' && status !== 204 && status !== 304
  }

  #waitForDrain(): void {
    const { socket } = this.#res
    socket?.setTimeout(this.#callerIdleMs)
    this.#res.once('drain', () => {
      socket?.setTimeout(0)
      this.#onDrain?.()
    })
  }
}

/** Above this a copy costs more than a second buffer in the same system call. */
const ONE_WRITE_BYTES = 16_384

function lengthOf(rawHeaders: readonly string[]): string | undefined {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    if (name.length === 14 && name.toLowerCase() === 'content-length') return rawHeaders[i + 1]
  }
  return undefined
}

/** `undici` reads the reason phrase as UTF-8; one that is not ASCII is left out, which RFC 9112 §4 allows. */
const printable = (reason: string): string => (/^[\t\x20-\x7e]*$/.test(reason) ? reason : '')

function pairs(fields: readonly string[]): Array<[string, string]> {
  return Array.from({ length: fields.length / 2 }, (_, i) => [fields[2 * i]!, fields[2 * i + 1]!])
}
