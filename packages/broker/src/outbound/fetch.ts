import { OutboundFailure } from './failure.ts'
import type { Outbound } from './outbound.ts'

/** As much of `fetch` as libraries for sign-on use. */
export type OutboundFetch = (
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: unknown },
) => Promise<Response>

/** For libraries that want a `fetch`: theirs goes through the fence as everything else does. Follows no redirect. */
export function createOutboundFetch(outbound: Pick<Outbound, 'send'>): OutboundFetch {
  return async (url, { method = 'GET', headers = {}, body }) => {
    const text = body === undefined || body === null ? null : String(body)
    const isForm = body instanceof URLSearchParams
    const named = Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
    const sent = isForm && !named ? { ...headers, 'content-type': FORM } : headers
    const result = await outbound.send({ method, url, headers: Object.entries(sent), body: text })
    if (result.kind === 'no_answer') {
      const { code, detail, hint } = result.failure
      throw new OutboundFailure(code, detail, hint)
    }
    const { status, headers: received, body: answer } = result.answer
    // The body is decoded already.
    const { 'content-encoding': _coding, 'content-length': _length, ...kept } = received
    const isEmpty = status === 204 || status === 304
    return new Response(isEmpty ? null : answer, { status, headers: kept })
  }
}

const FORM = 'application/x-www-form-urlencoded;charset=UTF-8'
