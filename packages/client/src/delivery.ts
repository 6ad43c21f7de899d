import { readError } from './error.ts'
import { segment, type Transport } from './transport.ts'

export interface FetchOptions {
  /**
   * `proxy`: Bursar sends the request and puts the token in; this process never sees it. `direct`: this process
   * sends it, with the header that Bursar gives for this very URL and method.
   */
  via?: 'proxy' | 'direct'
}

/** Headers of an answer of forward-auth that are not the one to send. */
const NOT_THE_TOKEN = new Set(['cache-control', 'connection', 'content-length', 'date', 'keep-alive', 'vary'])

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
    for (const [header, value] of answer.headers) if (!NOT_THE_TOKEN.has(header)) headers.set(header, value)
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
