import type { Dispatcher } from 'undici'
import type { Connection, ConnectionAware } from './connection.ts'
import { decodeText, decompress, tooLarge } from './decode.ts'
import { describeFailure, OutboundFailure } from './failure.ts'
import type { OutboundSettings, SendLimits, SendOutcome, SendResult } from './outbound.ts'
import { Trace } from './trace.ts'

const MAX_HEADERS = 200
const READ_FIRST_MS = 20

/** Follows one request through undici until there is a result, and makes sure that there is exactly one. */
export class Receiver implements ConnectionAware {
  readonly #clock: OutboundSettings['clock']
  readonly #limits: SendLimits
  readonly #resolve: (result: SendResult) => void
  readonly #trace: Trace
  readonly #deadline: NodeJS.Timeout
  readonly #chunks: Buffer[] = []
  #bytes = 0
  #settled = false
  #sent = false
  #connection: Connection | null = null
  #controller: Dispatcher.DispatchController | null = null
  #status = 0
  #headers: Readonly<Record<string, string>> = {}
  #headersAtMs = 0
  #skewSeconds: number | null = null

  constructor(clock: OutboundSettings['clock'], limits: SendLimits, resolve: (result: SendResult) => void) {
    this.#clock = clock
    this.#limits = limits
    this.#resolve = resolve
    this.#trace = new Trace(clock.monotonicMs)
    const { deadlineMs } = limits
    this.#deadline = setTimeout(() => {
      // After a freeze timers come before sockets: an answer that is there already is read first.
      setTimeout(() => {
        const when = this.#status === 0 ? 'No answer came' : 'The answer did not end'
        this.fail(new OutboundFailure('outbound.timeout', `${when} within ${deadlineMs} ms.`))
      }, READ_FIRST_MS)
    }, deadlineMs)
  }

  /** Ends the call without an answer. The connection is not used again. */
  fail(error: unknown): void {
    if (this.#settled) return
    const failure = describeFailure(error, this.#sent)
    this.#trace.add('failed', failure.detail)
    this.#settle({ kind: 'no_answer', failure })
    this.#controller?.abort(new OutboundFailure(failure.code, failure.detail))
  }

  onConnection(connection: Connection): void {
    this.#connection = connection
    connection.onStep = (step, detail) => {
      if (!this.#settled) this.#trace.add(step, detail)
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#settled) {
      // The deadline passed while the request waited: undici drops it before the first byte.
      controller.abort(new OutboundFailure('outbound.timeout', 'The deadline has passed.'))
      return
    }
    this.#controller = controller
    this.#sent = true
  }

  onRequestSent(): void {
    if (!this.#settled) this.#trace.add('sent', `to ${this.#connection?.address ?? 'an unknown address'}`)
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200) return // Informational, RFC 9110 §15.2: the answer comes later.
    const raw = (controller.rawHeaders ?? []) as ReadonlyArray<string | Buffer>
    if (raw.length > 2 * MAX_HEADERS) {
      this.fail(new OutboundFailure('outbound.too_large', `The answer has more than ${MAX_HEADERS} headers.`))
      return
    }
    this.#status = status
    this.#headers = joinHeaders(raw)
    this.#headersAtMs = this.#clock.unixMs()
    this.#skewSeconds = measureSkew(this.#headers.date, this.#headersAtMs)
    this.#trace.add('headers', `status ${status}`)
    if (Number(this.#headers['content-length']) > this.#limits.maxBodyBytes) {
      this.fail(tooLarge(this.#limits.maxBodyBytes))
    }
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#limits.maxBodyBytes) this.fail(tooLarge(this.#limits.maxBodyBytes))
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.#controller = null
    const encoding = this.#headers['content-encoding'] ?? ''
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks)
    if (encoding === '') this.#finish(body)
    else {
      decompress(body, encoding, this.#limits.maxBodyBytes).then(
        (plain) => this.#finish(plain),
        (error) => this.fail(error),
      )
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    this.#controller = null
    this.fail(error)
  }

  #finish(body: Buffer): void {
    if (this.#settled) return
    const { text, wellFormed } = decodeText(body)
    this.#trace.add('body', `${body.length} bytes${wellFormed ? '' : ', not all of them UTF-8'}`)
    const receivedAt = Math.floor(this.#headersAtMs / 1000)
    const answer = { status: this.#status, headers: this.#headers, body: text, receivedAt }
    this.#settle({ kind: 'answer', answer, address: this.#connection?.address ?? null })
  }

  #settle(outcome: SendOutcome): void {
    this.#settled = true
    clearTimeout(this.#deadline)
    const durationMs = this.#trace.elapsedMs
    this.#resolve({ ...outcome, durationMs, trace: this.#trace.steps, skewSeconds: this.#skewSeconds })
  }
}

/** Lower-case names, values of a repeated header joined as RFC 9110 §5.2 says. */
function joinHeaders(raw: ReadonlyArray<string | Buffer>): Record<string, string> {
  const joined = new Map<string, string>()
  for (let i = 0; i < raw.length; i += 2) {
    const name = textOf(raw[i]!).toLowerCase()
    const value = textOf(raw[i + 1]!)
    const before = joined.get(name)
    joined.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return Object.fromEntries(joined)
}

const textOf = (field: string | Buffer): string =>
  typeof field === 'string' ? field : field.toString('latin1')

/** The answers of one second say the same date. */
let lastDate = { text: '', ms: Number.NaN }

function parseDate(text: string): number {
  if (text !== lastDate.text) lastDate = { text, ms: Date.parse(text) }
  return lastDate.ms
}

/** Whole seconds: a `Date` header (RFC 9110 §6.6.1) has no finer ones. */
function measureSkew(date: string | undefined, nowMs: number): number | null {
  const dateMs = date === undefined ? Number.NaN : parseDate(date)
  return Number.isNaN(dateMs) ? null : Math.floor(dateMs / 1000) - Math.floor(nowMs / 1000)
}
