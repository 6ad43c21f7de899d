import type { ServerResponse } from 'node:http'
import { inTurn } from '@bursar/domain/turn.ts'

interface Ending {
  res: ServerResponse
  text: string
  encoding: 'latin1' | 'utf8'
}

const end = inTurn<Ending>(({ res, text, encoding }) => res.end(text, encoding), setImmediate)

/** Ends answers that get ready in one turn of the event loop together. */
export function endInTurn(res: ServerResponse, text: string, encoding: Ending['encoding']): void {
  end({ res, text, encoding })
}
