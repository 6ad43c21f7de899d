import type { NoAnswer } from '@bursar/domain/exchange.ts'

/**
 * Why nothing could be sent, or no answer read. Its code is one of ours, never one that undici takes for a
 * passing fault of the socket, since it would then try to connect again without end.
 */
export class OutboundFailure extends Error {
  override readonly name = 'OutboundFailure'
  readonly code: NoAnswer['code']
  readonly hint: string | undefined

  constructor(code: NoAnswer['code'], detail: string, hint?: string) {
    super(detail)
    this.code = code
    this.hint = hint
  }
}

/** Describes a fault of the network, as undici or Node throws it, as the domain names it. */
export function describeFailure(error: unknown, sent: boolean): NoAnswer {
  if (error instanceof OutboundFailure) {
    return { code: error.code, detail: error.message, sent, ...(error.hint && { hint: error.hint }) }
  }
  const code = errorCode(error)
  const known = FAULTS[code] ?? (code.startsWith('HPE_') ? NOT_HTTP : undefined)
  if (known) return { ...known, sent }
  return { code: 'outbound.reset', detail: `The connection failed (${code || 'no code'}).`, sent }
}

/** The code of an error of Node or undici; an empty string when it has none. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' ? code : ''
}

const CLOSED = {
  code: 'outbound.reset',
  detail: 'The other side closed the connection before the answer.',
} as const
const NOT_HTTP = { code: 'outbound.reset', detail: 'The answer is not valid HTTP/1.1.' } as const

const FAULTS: Readonly<Record<string, Pick<NoAnswer, 'code' | 'detail' | 'hint'>>> = {
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
  UND_ERR_SOCKET: CLOSED,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: {
    code: 'outbound.reset',
    detail: 'The other side closed the connection in the middle of the answer.',
  },
  UND_ERR_HEADERS_OVERFLOW: {
    code: 'outbound.too_large',
    detail: 'The headers of the answer are too large.',
  },
  UND_ERR_HEADERS_TIMEOUT: { code: 'outbound.timeout', detail: 'No answer came in time.' },
  UND_ERR_BODY_TIMEOUT: { code: 'outbound.timeout', detail: 'The answer stopped in the middle.' },
  UND_ERR_INVALID_ARG: {
    code: 'outbound.blocked',
    detail: 'The request has a method, path or header that HTTP does not allow.',
    hint: 'Look for line breaks or characters outside Latin-1 in header values.',
  },
  UND_ERR_CLOSED: { code: 'outbound.connect', detail: 'Bursar is shutting down.' },
  UND_ERR_DESTROYED: { code: 'outbound.connect', detail: 'Bursar is shutting down.' },
}
