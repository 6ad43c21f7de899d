import type { IncomingMessage } from 'node:http'
import { readRequestText } from '../../http/request-text.ts'

/** What is signed of a token request has to fit into headers later. */
const BYTES_AT_MOST = 64 * 1024

export const readTokenText = (req: IncomingMessage): Promise<string> => readRequestText(req, BYTES_AT_MOST)
