import type { ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { checkDestination } from '../operations/check-destination.ts'
import type { Caller, TokenHandout } from '../operations/operations.ts'
import { OutboundFailure } from '../outbound/failure.ts'
import { Answer } from './answer.ts'
import { type AnswerHead, Attempt, type AttemptObserver } from './attempt.ts'
import type { Call, DeliveryPorts } from './delivery.ts'
import { type Framing, requestFields } from './header-fields.ts'
import { RequestBody } from './request-body.ts'
import type { Target } from './target.ts'
import { mayResend, upstreamFailure } from './upstream-failure.ts'

/** One admitted request: where it goes, for whom, with which token. */
export interface Passage {
  caller: Caller
  /** The credential's. */
  name: string
  handout: TokenHandout
  target: Target
  method: string
  framing: Framing
  /** The protocol asked for, for an upgrade. */
  upgrade: string | null
}

/** How a request ends other than with an answer of its destination. */
export interface Exits {
  /** Nothing has been answered yet. */
  refuse(error: unknown): void
  /** The answer of the destination has begun, or its caller left before; may be said again. */
  passed(): void
  /** The destination changed the protocol. */
  join(head: AnswerHead, upstream: Duplex): void
}

/**
 * Carries one request to its destination and the answer back. At most two things make it try again, each once:
 * a kept connection that had been closed meanwhile, and a 401 after which a newer token could be had.
 */
export class Forwarding implements AttemptObserver {
  readonly #ports: DeliveryPorts
  readonly #call: Call
  readonly #passage: Passage
  readonly #answer: Answer
  readonly #body: RequestBody | null
  readonly #exits: Exits
  #handout: TokenHandout
  #attempt: Attempt | null = null
  #resent = false
  #renewed = false
  #over = false

  constructor(ports: DeliveryPorts, call: Call, passage: Passage, exits: Exits) {
    const { req, res, awaitsContinue } = call
    this.#ports = ports
    this.#call = call
    this.#passage = passage
    this.#exits = exits
    this.#handout = passage.handout
    this.#answer = new Answer(req, res, ports.limits.callerIdleMs)
    this.#answer.onDrain = () => this.#attempt?.resume()
    const beforeBody = awaitsContinue ? () => askForBody(res) : null
    this.#body = passage.framing.kind === 'none' ? null : new RequestBody(req, ports.limits, beforeBody)
    res.once('close', () => this.#callerLeft())
  }

  /** Sends it. From here on everything that happens ends up in the answer. */
  start(): void {
    if (this.#body === null) this.#send()
    else this.#body.gather(() => this.#send())
  }

  informed(head: AnswerHead): void {
    this.#answer.inform(head)
  }

  answered(attempt: Attempt, head: AnswerHead): 'pass' | 'hold' {
    if (head.status === 401 && !this.#renewed) {
      this.#renewed = true
      if (this.#body === null || this.#body.replayable) {
        void this.#renew(attempt, head)
        return 'hold'
      }
      // Too late for this request, in time for the next.
      this.#requestRenewal().catch(() => {})
    }
    this.#begin(head)
    return 'pass'
  }

  received(chunk: Buffer): boolean {
    return this.#answer.write(chunk)
  }

  ended(rawTrailers: readonly string[]): void {
    this.#over = true
    this.#answer.end(rawTrailers)
    this.#body?.discard()
  }

  upgraded(head: AnswerHead, upstream: Duplex): void {
    this.#over = true
    this.#exits.passed()
    this.#exits.join(head, upstream)
  }

  failed(attempt: Attempt, error: Error): void {
    const replayable = this.#body === null || this.#body.replayable
    if (!this.#resent && !attempt.begun && replayable && mayResend(this.#passage.method, error)) {
      this.#resent = true
      this.#send()
    } else {
      this.#fail(upstreamFailure(error))
    }
  }

  #send(): void {
    if (this.#over) return
    const { target, method, framing, upgrade } = this.#passage
    const { guard, limits } = this.#ports
    const attempt = new Attempt(this)
    this.#attempt = attempt
    try {
      const body = this.#body === null ? null : this.#body.open()
      const length = framing.kind === 'length' && !Buffer.isBuffer(body) ? framing.length : null
      guard.dispatcherFor(target.origin).dispatch(
        {
          path: target.path,
          method,
          headers: requestFields(this.#call.req.rawHeaders, this.#handout.header, length),
          body,
          upgrade,
          headersTimeout: limits.upstreamHeadersMs,
          bodyTimeout: limits.upstreamIdleMs,
        },
        attempt,
      )
    } catch (error) {
      this.#fail(error instanceof OutboundFailure ? upstreamFailure(error) : error)
    }
  }

  /** Holds a 401 back until it is known whether there is a newer token; with one, sends everything again. */
  async #renew(attempt: Attempt, head: AnswerHead): Promise<void> {
    const handout = await this.#requestRenewal().catch(() => null)
    if (this.#over) return
    try {
      if (handout !== null && (this.#body === null || this.#body.replayable)) {
        checkDestination(this.#ports.operations, handout, this.#passage.target.url, this.#passage.method)
        attempt.cancel()
        this.#handout = handout
        this.#send()
      } else {
        this.#begin(head)
        attempt.release()
      }
    } catch (error) {
      attempt.cancel()
      this.#fail(error)
    }
  }

  #requestRenewal(): Promise<TokenHandout | null> {
    const { caller, name } = this.#passage
    return this.#ports.operations.renewRejected(caller, name, this.#handout.version)
  }

  #begin(head: AnswerHead): void {
    try {
      this.#answer.begin(head)
      this.#exits.passed()
    } catch (error) {
      this.#attempt?.cancel()
      this.#fail(upstreamFailure(error))
    }
  }

  #fail(error: unknown): void {
    if (this.#over) return
    this.#over = true
    if (this.#call.res.headersSent) this.#answer.breakOff()
    else this.#exits.refuse(error)
    this.#body?.discard()
  }

  #callerLeft(): void {
    if (this.#over) return
    this.#over = true
    this.#exits.passed()
    this.#attempt?.cancel()
  }
}

/** Until this is said, `node:http` ends the connection with the answer: the body may never come. */
function askForBody(res: ServerResponse): void {
  if (!res.headersSent) res.writeContinue()
}
