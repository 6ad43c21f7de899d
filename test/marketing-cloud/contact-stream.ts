import type { Api } from '../api.ts'
import type { Json } from './world.ts'

/** A stream of contacts that was sent, and what has come back of it so far. */
export interface ContactStream {
  status: number
  run: string
  /** One for each contact, as they came. */
  results: Json[]
  /** Resolves with the last line; rejects when the connection breaks. */
  ended: Promise<Json>
  /** Breaks the connection off. */
  abort(): void
}

type Input = Iterable<string> | AsyncIterable<string>

/** Sends lines as NDJSON while results are read; `onResult` is told of each. */
export async function sendContacts(
  api: Api,
  path: string,
  lines: Input,
  onResult: (result: Json) => void | Promise<void> = () => {},
): Promise<ContactStream> {
  const breaker = new AbortController()
  const response = await fetch(`${api.url}/marketing-cloud${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${api.key}`, 'Content-Type': 'application/x-ndjson' },
    body: ReadableStream.from(encode(lines)),
    duplex: 'half',
    signal: breaker.signal,
  } as RequestInit)
  const results: Json[] = []
  const read = async (): Promise<Json> => {
    let last: Json = {}
    for await (const value of linesOf(response)) {
      last = value
      if ('run' in value || 'code' in value) continue
      results.push(value)
      await onResult(value)
    }
    return last
  }
  const ended = read()
  ended.catch(() => {})
  const run = response.headers.get('bursar-run') ?? ''
  return { status: response.status, run, results, ended, abort: () => breaker.abort() }
}

async function* encode(lines: Input): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  let batch = ''
  for await (const line of lines) {
    batch += `${line}\n`
    if (batch.length < 16_384) continue
    yield encoder.encode(batch)
    batch = ''
  }
  yield encoder.encode(batch)
}

async function* linesOf(response: Response): AsyncGenerator<Json> {
  let rest = ''
  for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n')
    rest = lines.pop()!
    for (const line of lines) yield JSON.parse(line) as Json
  }
  if (rest !== '') yield JSON.parse(rest) as Json
}

/** Everything on record of a run, by line. */
export async function recordedResults(api: Api, key: string, run: string): Promise<Map<number, Json>> {
  const response = await fetch(`${api.url}/marketing-cloud/activities/${key}/runs/${run}/results`, {
    headers: { Authorization: `Bearer ${api.key}` },
  })
  const byLine = new Map<number, Json>()
  for await (const result of linesOf(response)) byLine.set(result.line, result)
  return byLine
}

export const contactLines = (count: number, from = 1): string[] =>
  Array.from({ length: count }, (_none, index) =>
    JSON.stringify({ key: `contact-${from + index}`, attributes: { Number: from + index } }),
  )
