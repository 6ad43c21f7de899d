import type { ApiRoute } from '@bursar/domain/api/table.ts'
import type { z } from 'zod'
import { connection, sessionGate } from './connection.ts'
import { ApiProblem, ConnectionLost } from './problem.ts'

type Method = ApiRoute['method']
type PathOf<M extends Method> = Extract<ApiRoute, { method: M }>['path']
type RouteOf<M extends Method, P extends string> = Extract<ApiRoute, { method: M; path: P }>

type Input<S> = S extends z.ZodType ? z.input<S> : never
type Parameters<R> = R extends { params: infer S } ? Input<S> : undefined
type Query<R> = R extends { query: infer S }
  ? Partial<Record<keyof Input<S>, string | number | undefined>>
  : undefined
/** What a call answers when it went well. */
export type Answer<M extends Method, P extends string> =
  RouteOf<M, P> extends { answer: { schema: infer S extends z.ZodType } } ? z.output<S> : undefined

export interface CallOptions<R> {
  params?: Parameters<R>
  query?: Query<R>
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
  /** For questions about the session itself, which do not wait for one. */
  withoutSession?: boolean
}

export interface Reply<T> {
  body: T
  /** RFC 9110 §8.8.3, of what was answered. */
  etag: string | null
}

/** A call outside of the table of routes: those of the doors. */
export async function callAny<T>(method: string, path: string, options: AnyOptions = {}): Promise<T> {
  return (await replyTo(method, path, options)).body as T
}

/** Any call, untyped inside. */
export interface AnyOptions {
  params?: object | undefined
  query?: object | undefined
  /** Sent as JSON; a `Blob` as it is, with the content type that `headers` say. */
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
  withoutSession?: boolean
}

/**
 * One call of the REST API, typed by its table of routes: `call('GET', '/v1/credentials/{name}', { params })`.
 * Throws {@link ApiProblem} or {@link ConnectionLost}; a session that ended is waited for.
 */
export async function call<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  options: CallOptions<RouteOf<M, P>> = {},
): Promise<Answer<M, P>> {
  return (await replyTo(method, path, options as AnyOptions)).body as Answer<M, P>
}

/** Like {@link call}, with the entity tag of the answer. */
export async function callForReply<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  options: CallOptions<RouteOf<M, P>> = {},
): Promise<Reply<Answer<M, P>>> {
  return (await replyTo(method, path, options as AnyOptions)) as Reply<Answer<M, P>>
}

async function replyTo(method: string, path: string, options: AnyOptions): Promise<Reply<unknown>> {
  const address = fillPath(path, options.params ?? {}) + queryText(options.query ?? {})
  for (;;) {
    const response = await send(method, address, options)
    if (response.status === 401 && !options.withoutSession) {
      await sessionGate.wait()
      continue
    }
    return { body: await readAnswer(response), etag: response.headers.get('etag') }
  }
}

async function send(
  method: string,
  address: string,
  { body, headers, signal }: AnyOptions,
): Promise<Response> {
  try {
    const response = await fetch(address, {
      method,
      credentials: 'same-origin',
      headers: {
        Accept: 'application/json',
        // A page of another origin can not set it without asking first, which is refused.
        ...(method !== 'GET' && { 'Bursar-Console': '1' }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: body instanceof Blob ? body : JSON.stringify(body) }),
      ...(signal && { signal }),
    })
    connection.found()
    return response
  } catch (cause) {
    if (signal?.aborted) throw cause
    connection.lost()
    throw new ConnectionLost(cause)
  }
}

async function readAnswer(response: Response): Promise<unknown> {
  const type = response.headers.get('content-type') ?? ''
  const isJson = /[/+]json\b/.test(type)
  if (response.ok && /\bx-ndjson\b/.test(type)) return readFirstLines(response)
  if (response.ok) return isJson ? response.json() : undefined
  const document = isJson ? await response.json().catch(() => ({})) : {}
  throw new ApiProblem({ ...document, status: response.status })
}

const MOST_LINES = 1000

/** NDJSON, as far as a page can show it; what is beyond stays unread. */
async function readFirstLines(response: Response): Promise<unknown[]> {
  const lines: unknown[] = []
  let rest = ''
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split('\n')
    rest = parts.pop()!
    lines.push(...parts.filter((part) => part !== '').map((part) => JSON.parse(part) as unknown))
    if (lines.length >= MOST_LINES) break
  }
  return lines.slice(0, MOST_LINES)
}

function fillPath(path: string, params: object): string {
  const values = params as Record<string, unknown>
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values[name])))
}

function queryText(query: object): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  return given.length === 0
    ? ''
    : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}
