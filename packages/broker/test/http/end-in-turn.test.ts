import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { endInTurn } from '../../src/http/end-in-turn.ts'

async function listen(handle: (path: string, res: ServerResponse) => void): Promise<string> {
  const server: Server = createServer((req, res) => handle(req.url!, res))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Holds answers back until so many have been asked for, and ends them in one turn. */
function together(count: number) {
  const held: Array<[res: ServerResponse, text: string]> = []
  return (path: string, res: ServerResponse) => {
    held.push([res, `answer to ${path}`])
    if (held.length === count) for (const [one, text] of held) endInTurn(one, text, 'latin1')
  }
}

test('answers that get ready in one turn reach whoever asked, however many there are', async () => {
  const count = 150
  const url = await listen(together(count))
  const paths = Array.from({ length: count }, (_, index) => `/${index}`)
  const texts = await Promise.all(paths.map(async (path) => (await fetch(url + path)).text()))
  expect(texts).toEqual(paths.map((path) => `answer to ${path}`))
})

test('somebody who hangs up meanwhile takes no answer of others along', async () => {
  const { port } = new URL(
    await listen((path, res) => {
      if (path === '/leaves') leaving = res
      else {
        leaving!.socket!.destroy()
        endInTurn(leaving!, 'nobody is there', 'latin1')
        endInTurn(res, 'stayed', 'latin1')
      }
    }),
  )
  let leaving: ServerResponse | undefined
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => {})
  const gone = once(socket, 'close')
  socket.write('GET /leaves HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await expect.poll(() => leaving).toBeDefined()
  expect(await (await fetch(`http://127.0.0.1:${port}/stays`)).text()).toBe('stayed')
  await gone
})

test('characters that are not Latin-1 arrive as UTF-8', async () => {
  const url = await listen((_path, res) => endInTurn(res, 'zażółć 🦊', 'utf8'))
  expect(await (await fetch(url)).text()).toBe('zażółć 🦊')
})
