import type { Socket } from 'node:net'
import { inTurn } from '@bursar/domain/turn.ts'

/** Uncorks sockets that were written to in one turn of the event loop together. */
export const uncorkInTurn = inTurn<Socket>((socket) => socket.uncork(), setImmediate)
