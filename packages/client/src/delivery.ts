import { BursarError, readError } from './error.ts'
import { segment, type Transport } from './transport.ts'

export interface FetchOptions {
  /**
   * `proxy`: Bursar sends the request and puts the token in; this process never sees it. `direct`: this process
   * sends it, with the header that Bursar gives for this very URL and method.
   */
  via?: 'proxy' | 'direct'
}

/**
 * A `fetch` that carries the token of one credential. Redirects are handed back, never followed: where they
 * lead has to be allowed first. What Bursar refuses is thrown; what the destination answers is answered.
 */
export function createFetch(
  transport: Transport,
  direct: typeof fetch,
  name: string,
  { via = 'proxy' }: FetchOptions,
): typeof fetch {
  const credential = segment(name)

  async function throughProxy(request: Request, init: RequestInit): Promise<Response> {
    const response = await transport.deliver(`/proxy/${credential}/${request.url.replace(/#.*$/, '')}`, init)
    if (response.headers.has('bursar-error')) throw await readError(response)
    return response
  }

  async function fromHere(request: Request, init: RequestInit): Promise<Response> {
    const answer = await transport.authorize(`/forward-auth/${credential}`, {
      headers: { 'X-Original-Method': request.method, 'X-Original-URL': request.url.replace(/#.*$/, '') },
      ...(init.signal && { signal: init.signal }),
    })
    if (!answer.ok) throw await readError(answer)
    const headers = new Headers(init.headers)
    headers.set(...tokenHeader(answer))
    return direct(request.url, { ...init, headers })
  }

  return async (input, init) => {
    const request = new Request(input, init)
    // An Authorization of the caller's own would stand beside the token, or in its place.
    const headers = new Headers(request.headers)
    headers.delete('authorization')
    headers.delete('bursar-key')
    const passed: RequestInit & { duplex?: 'half' } = {
      method: request.method,
      headers,
      redirect: 'manual',
      signal: request.signal,
      ...(request.body !== null && bodyOf(request, init)),
    }
    return via === 'proxy' ? throughProxy(request, passed) : fromHere(request, passed)
  }
}

/** The one header of an answer of forward-auth that is to be sent: the answer names it. */
function tokenHeader({ status, headers }: Response): [name: string, value: string] {
  const name = headers.get('bursar-token-header')
  const value = name === null ? null : headers.get(name)
  if (name === null || value === null) {
    const detail = 'The answer does not say which header carries the token.'
    throw new BursarError('client.not_bursar', { detail, status })
  }
  return [name, value]
}

/**
 * The body as it was given where its length is known so. Everything else as the stream that was made of it, which
 * is the one that its headers describe: a form is written anew, with another boundary, each time it is asked for.
 */
function bodyOf(
  request: Request,
  init: RequestInit | undefined,
): { body: NonNullable<RequestInit['body']>; duplex?: 'half' } {
  const given = init?.body
  const isWhole =
    typeof given === 'string' ||
    given instanceof URLSearchParams ||
    given instanceof Blob ||
    given instanceof ArrayBuffer ||
    ArrayBuffer.isView(given)
  return isWhole ? { body: given } : { body: request.body!, duplex: 'half' }
}
