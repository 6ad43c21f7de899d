import { isUtf8 } from 'node:buffer'
import { promisify } from 'node:util'
import { brotliDecompress, gunzip, inflate, inflateRaw } from 'node:zlib'
import { errorCode, OutboundFailure } from './failure.ts'

type Decompress = (body: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

/** Deflate is zlib's format (RFC 9110 §8.4.1.2), but some servers send it bare; the first byte tells. */
const inflateAny: Decompress = (body, options) => {
  const zlib = (body[0]! & 0x0f) === 8 && body.length > 1 && body.readUInt16BE(0) % 31 === 0
  return promisify<Buffer, object, Buffer>(zlib ? inflate : inflateRaw)(body, options)
}

const DECOMPRESSORS: Readonly<Record<string, Decompress>> = {
  gzip: promisify<Buffer, object, Buffer>(gunzip),
  'x-gzip': promisify<Buffer, object, Buffer>(gunzip),
  deflate: inflateAny,
  br: promisify<Buffer, object, Buffer>(brotliDecompress),
}

export const ACCEPTED_ENCODINGS = 'gzip, deflate, br'

/** Undoes `Content-Encoding`. Stops as soon as more than `maxBytes` would come out. */
export async function decompress(body: Buffer, encoding: string, maxBytes: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase()
  if (name === '' || name === 'identity' || body.length === 0) return body
  const decompressor = Object.hasOwn(DECOMPRESSORS, name) ? DECOMPRESSORS[name] : undefined
  if (!decompressor)
    throw new OutboundFailure('outbound.encoding', 'The answer has an unknown Content-Encoding.')
  try {
    return await decompressor(body, { maxOutputLength: maxBytes })
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes)
    throw new OutboundFailure('outbound.encoding', `The ${name} body of the answer is damaged or cut off.`)
  }
}

export const tooLarge = (maxBytes: number) =>
  new OutboundFailure('outbound.too_large', `The answer is larger than ${maxBytes} bytes.`)

/** The text of a body, a byte order mark kept; bytes that are not UTF-8 become U+FFFD. */
export function decodeText(body: Buffer): { text: string; wellFormed: boolean } {
  return { text: body.toString('utf8'), wellFormed: isUtf8(body) }
}
