import type { Answer, NoAnswer } from '@bursar/domain/exchange.ts'

/** A request to a token endpoint with everything revealed and signed: bytes as they will be sent. */
export interface WireRequest {
  method: string
  url: string
  headers: ReadonlyArray<readonly [name: string, value: string]>
  body: string | null
}

/** One line of the way to an answer, without secrets. */
export interface TraceStep {
  /** Milliseconds since the start of the call. */
  atMs: number
  step: 'resolve' | 'connect' | 'tls' | 'sent' | 'headers' | 'body' | 'failed'
  detail: string
}

export type SendOutcome =
  | { kind: 'answer'; answer: Answer; address: string | null }
  | { kind: 'no_answer'; failure: NoAnswer }

export type SendResult = SendOutcome & {
  durationMs: number
  trace: readonly TraceStep[]
  /** `Date` header of the answer minus our clock, seconds; null when there was none. */
  skewSeconds: number | null
}

export interface SendLimits {
  /** From the call to the last byte of the answer. */
  deadlineMs: number
  /** Decompressed. */
  maxBodyBytes: number
}

/** The only way to a token endpoint. Never throws for what the network does; never follows a redirect. */
export interface Outbound {
  send(request: WireRequest, limits?: Partial<SendLimits>): Promise<SendResult>
  close(): Promise<void>
}

export interface OutboundSettings {
  /** CIDRs and host names that may be reached although private. */
  allow: readonly string[]
  /** `loopback` lets plain http through to loopback addresses. */
  insecureHttp: 'loopback' | null
  connectTimeoutMs: number
  limits: SendLimits
  /** PEM of further certificate authorities. */
  extraCa?: string
  /** How many origins keep their connections; 1,000 when absent. The one unused for longest makes room. */
  maxOrigins?: number
  /** 256 when absent; further requests wait for one to become free. */
  maxConnectionsPerOrigin?: number
  /** How long they wait at most, within their deadline; 10,000 when absent. Then nothing is sent. */
  connectionWaitMs?: number
  /** Told when requests have waited in vain, once for all who wait together. */
  onExhausted?: (origin: string, connections: number) => void
  /** `bursar/<version>` when absent. */
  userAgent?: string
  /** Unix milliseconds; monotonic milliseconds. */
  clock: { unixMs: () => number; monotonicMs: () => number }
  /** Replaces DNS in tests. */
  lookup?: (host: string) => Promise<ReadonlyArray<{ address: string; family: 4 | 6 }>>
}
