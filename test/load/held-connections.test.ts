import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { type BrokerProcess, endBrokerProcesses, startBrokerProcess, temporaryFolder } from '../broker.ts'
import { startProvider } from '../provider.ts'

/** Connections that do nothing: as many as a process may have open by default in most places, and then some. */
const IDLE = 10_000
const ANSWER_BYTES = 64 * 1024 * 1024

let node: BrokerProcess
let provider: Awaited<ReturnType<typeof startProvider>>
let destination: Server
let destinationUrl = ''
const sockets: Socket[] = []

beforeAll(async () => {
  provider = await startProvider()
  const chunk = Buffer.alloc(64 * 1024, 'x')
  destination = createServer((_request, response) => {
    response.writeHead(200, { 'Content-Length': ANSWER_BYTES })
    let left = ANSWER_BYTES
    const more = () => {
      while (left > 0) {
        left -= chunk.length
        if (!response.write(chunk)) return
      }
      response.end()
    }
    response.on('drain', more)
    response.on('error', () => {})
    more()
  })
  destination.listen(0, '127.0.0.1')
  await once(destination, 'listening')
  destinationUrl = `http://127.0.0.1:${(destination.address() as AddressInfo).port}/`
  node = await startBrokerProcess(await temporaryFolder())
  const made = await node.api.create({
    name: 'crm',
    recipe: { grant: 'static_token' },
    secrets: { token: 'canary' },
    destinations: [destinationUrl],
  })
  expect(made.status).toBe(201)
})
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
})
afterAll(async () => {
  endBrokerProcesses()
  destination.closeAllConnections()
  destination.close()
  await provider.close()
})

async function dial(): Promise<Socket> {
  const socket = connect(Number(new URL(node.url).port), '127.0.0.1')
  socket.on('error', () => {})
  sockets.push(socket)
  await once(socket, 'connect')
  return socket
}

async function dialMany(count: number): Promise<Socket[]> {
  const dialled: Socket[] = []
  while (dialled.length < count) {
    const next = Math.min(200, count - dialled.length)
    dialled.push(...(await Promise.all(Array.from({ length: next }, dial))))
  }
  return dialled
}

async function residentMb(): Promise<number> {
  const status = await readFile(`/proc/${node.pid}/status`, 'latin1')
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) / 1024
}

async function servesStill(): Promise<void> {
  const answer = await node.api.token('crm')
  expect([answer.status, answer.body.access_token]).toEqual([200, 'canary'])
}

/** As many descriptors as this process may open, less some for itself. */
async function mayOpen(): Promise<number> {
  const limits = await readFile('/proc/self/limits', 'latin1')
  return Number(/Max open files\s+(\d+)/.exec(limits)![1]) - 500
}

test('idle connections are held for little, and others are served', async () => {
  const count = Math.min(IDLE, await mayOpen())
  const before = await residentMb()
  await dialMany(count)
  await servesStill()
  expect((await residentMb()) - before).toBeLessThan(250)
})

test('half requests are held for little, and others are served', async () => {
  const before = await residentMb()
  for (const socket of await dialMany(1_000)) {
    socket.write('GET /v1/credentials/crm/token HTTP/1.1\r\nHost: a\r\nAuthorization: Bear')
  }
  await servesStill()
  expect((await residentMb()) - before).toBeLessThan(100)
})

test('floods of headers are cut off', async () => {
  const before = await residentMb()
  const flood = `X-Flood: ${'y'.repeat(4_000)}\r\n`.repeat(200)
  const closed = (await dialMany(200)).map((socket) => {
    // Cut off while it still writes, the connection may end with a reset.
    socket.on('error', () => undefined)
    const ended = new Promise((resolve) => socket.once('close', resolve))
    socket.resume()
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\n${flood}`)
    return ended
  })
  await Promise.all(closed)
  await servesStill()
  expect((await residentMb()) - before).toBeLessThan(150)
})

test('slow readers of a large answer make the destination wait, not the memory grow', async () => {
  const before = await residentMb()
  const readers = await dialMany(40)
  await Promise.all(
    readers.map(async (socket) => {
      const head = once(socket, 'readable')
      socket.write(
        `GET /proxy/crm/${destinationUrl} HTTP/1.1\r\nHost: a\r\nBursar-Key: ${node.api.key}\r\n\r\n`,
      )
      await head
      expect(String(socket.read(15))).toBe('HTTP/1.1 200 OK')
    }),
  )
  // Whatever is going to be buffered has been by the time another large answer came through as a whole.
  const whole = await fetch(`${node.url}/proxy/crm/${destinationUrl}`, {
    headers: { 'Bursar-Key': node.api.key },
  })
  expect((await whole.arrayBuffer()).byteLength).toBe(ANSWER_BYTES)
  await servesStill()
  // 40 answers are 2.5 GB.
  expect((await residentMb()) - before).toBeLessThan(300)
})
