import type { OnReadOpts, Socket } from 'node:net'

/**
 * What sockets of lines read into. They are read one after another, and nothing is left in here once a read
 * has been handed on: without it each read, however short, costs 64 kB that are allocated and given back.
 */
const shared = Buffer.allocUnsafeSlow(64 * 1024)

/** Stands between a socket and whoever reads it. Until somebody does, the socket keeps what comes, as any other. */
export class SocketReader {
  #socket: Socket | null = null
  #take: ((bytes: Buffer) => void) | null = null

  /** For the options of `connect`. */
  readonly options: OnReadOpts = {
    buffer: shared,
    callback: (length) => {
      const bytes = shared.subarray(0, length)
      if (this.#take === null) return this.#socket!.push(Buffer.from(bytes))
      this.#take(bytes)
      return true
    },
  }

  /** The socket that was made with the options. */
  belongTo(socket: Socket): void {
    this.#socket = socket
  }

  /** From now on bytes go there; they are valid until `take` returns. Null gives them back to the socket. */
  readInto(take: ((bytes: Buffer) => void) | null): void {
    this.#take = take
  }
}
