import { once } from 'node:events'
import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isObject } from '@bursar/domain/json.ts'
import { Failure, type FailureProblem, hintFor, notBursar } from './failure.ts'
import { failureOf } from './json-api.ts'

/** Calls a door of the server, whose paths are not in the table of the native API. */
export interface DoorClient {
  call<T>(method: string, path: string, body?: unknown): Promise<T>
  /** The same in JSON:API 1.0. */
  jsonApi<T>(method: string, path: string, document?: object): Promise<T>
  /** Lines of the answer as they come; a body is sent while they are read. */
  lines(method: string, path: string, body?: Readable): Promise<LineAnswer>
}

export interface LineAnswer {
  headers: IncomingMessage['headers']
  lines: AsyncIterable<string>
}

export function createDoorClient(url: string, key: string | undefined): DoorClient {
  const base = url.replace(/\/+$/, '')

  async function send(
    method: string,
    path: string,
    body: Readable | string | undefined,
    types: { accept: string; content: string },
  ) {
    const target = new URL(base + path)
    const headers = {
      Accept: types.accept,
      ...(key !== undefined && { Authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'Content-Type': types.content }),
    }
    const open = target.protocol === 'https:' ? requestHttps : requestHttp
    const request = open(target, { method, headers })
    // Node's own client, since it hands over the answer while the body is still being sent.
    const answered = once(request, 'response') as Promise<[IncomingMessage]>
    if (body === undefined || typeof body === 'string') request.end(body)
    else pipeline(body, request).catch(() => {})
    try {
      const [response] = await answered
      response.setEncoding('utf8')
      if ((response.statusCode ?? 500) >= 400) throw await readRefusal(response)
      return response
    } catch (error) {
      if (error instanceof Failure) throw error
      const { code } = error as { code?: string }
      throw new Failure(`No answer from ${target.origin}${code ? ` (${code})` : ''}.`, {
        hint: 'Is the server running (bursar serve), and does BURSAR_URL or --url say where?',
      })
    }
  }

  return {
    async call<T>(method: string, path: string, body?: unknown): Promise<T> {
      const sent = body === undefined ? undefined : JSON.stringify(body)
      const response = await send(method, path, sent, { accept: ACCEPT, content: 'application/json' })
      return (await readJson(response, base)) as T
    },
    async jsonApi<T>(method: string, path: string, document?: object): Promise<T> {
      const sent = document === undefined ? undefined : JSON.stringify(document)
      const response = await send(method, path, sent, { accept: JSON_API, content: JSON_API })
      const answer = await readJson(response, base)
      const isEmpty = answer === undefined && response.statusCode === 204
      if (!isEmpty && !(isObject(answer) && 'data' in answer)) throw notBursar(response.statusCode!, base)
      return answer as T
    },
    async lines(method, path, body) {
      const types = { accept: ACCEPT, content: 'application/x-ndjson' }
      const response = await send(method, path, body, types)
      return { headers: response.headers, lines: linesOf(response) }
    },
  }
}

const ACCEPT = 'application/json, application/x-ndjson'
const JSON_API = 'application/vnd.api+json'

async function readJson(response: IncomingMessage, url: string): Promise<unknown> {
  const text = await readAll(response)
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch {
    throw notBursar(response.statusCode!, url)
  }
}

async function* linesOf(response: IncomingMessage): AsyncGenerator<string> {
  let rest = ''
  try {
    for await (const text of response) {
      const lines = (rest + text).split('\n')
      rest = lines.pop()!
      yield* lines
    }
  } catch {
    throw new Failure('The connection broke off in the middle of the answer.')
  }
  if (rest !== '') yield rest
}

async function readAll(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response) text += chunk
  return text
}

async function readRefusal(response: IncomingMessage): Promise<Failure> {
  const text = await readAll(response)
  if (response.headers['content-type'] === JSON_API) return failureOf(response.statusCode ?? 500, text)
  if (!response.headers['content-type']?.startsWith('application/problem+json')) {
    return new Failure(`The server answered ${response.statusCode}, and not as Bursar does.`)
  }
  const {
    title,
    detail,
    code,
    hint,
    errors = [],
    request_id,
  } = JSON.parse(text) as {
    title?: string
    detail?: string
    code?: string
    hint?: string
    errors?: FailureProblem[]
    request_id?: string
  }
  const isSaidBelow = errors.some((problem) => problem.detail === detail)
  return new Failure((isSaidBelow ? title : (detail ?? title)) ?? 'The server refused.', {
    code,
    hint: hintFor(code, hint),
    problems: errors,
    requestId: request_id,
  })
}
