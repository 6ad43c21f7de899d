import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'

/** One request as it stood on the wire. */
export interface Arrival {
  method: string
  target: string
  /** In their order, names as they were written. */
  headers: ReadonlyArray<readonly [name: string, value: string]>
  body: string
  /** The address it was sent to. */
  address: string
}

/** A destination that speaks no more HTTP than it must, and remembers every byte of it. */
export interface Recorder {
  port: number
  /** At the level of TCP, by the address they were made to. */
  connections: Map<string, number>
  arrivals: Arrival[]
  /** What came and is no request as RFC 9112 writes it. */
  faults: string[]
  /** Requests that were broken off. */
  unfinished: string[]
  /** The whole answer to a request; 200 with `ok` and `Connection: close` when absent. */
  answer: (arrival: Arrival) => string
  total(): number
  close(): Promise<void>
}

/** What is answered unless a test wants something else. */
export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'

/** Listens on all of these addresses under one port. */
export async function startRecorder(addresses: readonly string[] = ['127.0.0.1']): Promise<Recorder> {
  const servers: Server[] = []
  const sockets = new Set<Socket>()
  const recorder: Recorder = {
    port: 0,
    connections: new Map(),
    arrivals: [],
    faults: [],
    unfinished: [],
    answer: () => OK,
    total: () => [...recorder.connections.values()].reduce((sum, count) => sum + count, 0),
    async close() {
      for (const socket of sockets) socket.destroy()
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))))
    },
  }
  for (const address of addresses) {
    const server = createServer((socket) => {
      recorder.connections.set(address, (recorder.connections.get(address) ?? 0) + 1)
      sockets.add(socket)
      socket.on('close', () => sockets.delete(socket)).on('error', () => undefined)
      follow(socket, address, recorder)
    })
    server.listen(recorder.port, address)
    await once(server, 'listening')
    recorder.port = (server.address() as AddressInfo).port
    servers.push(server)
  }
  return recorder
}

function follow(socket: Socket, address: string, recorder: Recorder): void {
  let pending = ''
  socket.on('data', (chunk) => {
    pending += chunk.toString('latin1')
    for (;;) {
      const read = readRequest(pending)
      if (read === null) return
      if ('fault' in read) {
        recorder.faults.push(`${read.fault}: ${JSON.stringify(pending)}`)
        socket.destroy()
        return
      }
      pending = pending.slice(read.length)
      const arrival = { ...read.request, address }
      recorder.arrivals.push(arrival)
      socket.write(Buffer.from(recorder.answer(arrival), 'latin1'))
    }
  })
  socket.on('close', () => {
    if (pending !== '') recorder.unfinished.push(pending)
  })
}

type Read = { request: Omit<Arrival, 'address'>; length: number } | { fault: string } | null

/** Strict on purpose: what a lenient server could read in another way is a fault. */
function readRequest(bytes: string): Read {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return null
  const [requestLine, ...lines] = bytes.slice(0, end).split('\r\n')
  const [, method, target] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+) (\/[\x21-\x7e]*) HTTP\/1\.1$/.exec(
    requestLine!,
  ) ?? [undefined, undefined, undefined]
  if (method === undefined || target === undefined) return { fault: 'request line' }
  const headers: Array<[string, string]> = []
  for (const line of lines) {
    const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+): ?([\t\x20-\x7e\x80-\xff]*)$/.exec(line) ?? []
    if (name === undefined || value === undefined) return { fault: 'header line' }
    headers.push([name, value])
  }
  const all = (wanted: string) => headers.filter(([name]) => name.toLowerCase() === wanted)
  const [lengths, codings] = [all('content-length'), all('transfer-encoding')]
  if (lengths.length + codings.length > 1 || all('host').length !== 1) return { fault: 'framing' }
  const rest = bytes.slice(end + 4)
  const body = codings.length > 0 ? readChunked(rest, codings[0]![1]) : readSized(rest, lengths[0]?.[1])
  if (body === null || 'fault' in body) return body
  return { request: { method, target, headers, body: body.text }, length: end + 4 + body.length }
}

type Body = { text: string; length: number } | { fault: string } | null

function readSized(rest: string, length = '0'): Body {
  if (!/^(?:0|[1-9]\d*)$/.test(length)) return { fault: 'length' }
  if (rest.length < Number(length)) return null
  return { text: rest.slice(0, Number(length)), length: Number(length) }
}

/** Without extensions and trailers: nobody has a reason to pass those on. */
function readChunked(rest: string, coding: string): Body {
  if (coding !== 'chunked') return { fault: 'coding' }
  let text = ''
  let at = 0
  for (;;) {
    const line = rest.indexOf('\r\n', at)
    if (line === -1) return null
    const size = rest.slice(at, line)
    if (!/^[0-9a-f]{1,8}$/i.test(size)) return { fault: 'chunk size' }
    const bytes = Number.parseInt(size, 16)
    const end = line + 2 + bytes
    if (rest.length < end + 2) return null
    if (rest.slice(end, end + 2) !== '\r\n') return { fault: 'chunk end' }
    text += rest.slice(line + 2, end)
    at = end + 2
    if (bytes === 0) return { text, length: at }
  }
}

/** All values of a header. */
export const valuesOf = ({ headers }: Arrival, wanted: string): string[] =>
  headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value)
