import type { AddressInfo } from 'node:net'
import { connect, createServer, type Socket } from 'node:net'
import { startPostgresPair } from '../postgres.ts'

/** A real PostgreSQL with a synchronous standby, behind a gate that can be shut, and whatever can happen to them. */
export interface Database {
  url: string
  folder: string
  /** Ends every server process at once, in the middle of whatever they do. */
  crash(): Promise<void>
  start(): Promise<void>
  /** Cuts what is open and refuses what comes. */
  shut(): void
  open(): void
  /** The primary dies and its standby takes over, as behind an address that moves along. */
  failOver(): Promise<void>
  stop(): Promise<void>
}

export async function startDatabase(): Promise<Database> {
  const server = await startPostgresPair({ fsync: true })
  const target = new URL(await server.createDatabase())
  const sockets = new Set<Socket>()
  let shut = false
  const gate = createServer((socket) => {
    if (shut) return void socket.destroy()
    const behind = connect(server.port(), '127.0.0.1')
    for (const [here, there] of [
      [socket, behind],
      [behind, socket],
    ] as const) {
      sockets.add(here)
      here.on('error', () => there.destroy())
      here.on('close', () => {
        sockets.delete(here)
        there.destroy()
      })
      here.pipe(there)
    }
  })
  await new Promise<void>((resolve) => gate.listen(0, '127.0.0.1', resolve))
  const url = new URL(target)
  url.port = String((gate.address() as AddressInfo).port)
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: url.href,
    folder: server.folder,
    crash: () => server.crash(),
    start: () => server.start(),
    shut() {
      shut = true
      cut()
    },
    open() {
      shut = false
    },
    async failOver() {
      await server.failOver()
      cut()
      await server.restore()
    },
    async stop() {
      cut()
      gate.close()
      await server.stop()
    },
  }
}
