import { BursarError } from '@bursar/domain/error.ts'
import { parseJson } from './json.ts'

/** Of one request. The largest thing in a credential is a certificate chain, some tens of kilobytes. */
export const MAX_BODY_BYTES = 1024 * 1024

/** Reads a JSON body: its type, its size, its bytes, its text. */
export async function readBody(request: Request, mediaTypes: readonly string[]): Promise<unknown> {
  checkMediaType(request.headers.get('content-type'), mediaTypes)
  return parseJson(decode(await readBytes(request)))
}

function checkMediaType(header: string | null, mediaTypes: readonly string[]): void {
  const [type = '', ...parameters] = (header ?? '').split(';').map((part) => part.trim().toLowerCase())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  if (mediaTypes.includes(type) && (charset === undefined || /^charset="?utf-8"?$/.test(charset))) return
  throw new BursarError('request.media_type', {
    path: '/header/content-type',
    detail: header === null ? 'There is no Content-Type.' : 'This Content-Type is not read here.',
    hint: `Send ${mediaTypes.join(' or ')}, in UTF-8.`,
  })
}

async function readBytes(request: Request): Promise<Uint8Array> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge()
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength
    if (length > MAX_BODY_BYTES) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length)
}

function tooLarge(): BursarError {
  return new BursarError('request.too_large', { detail: `The body is larger than ${MAX_BODY_BYTES} bytes.` })
}

function decode(bytes: Uint8Array): string {
  if (bytes.byteLength === 0) throw notText('The body is empty.')
  try {
    // RFC 8259 §8.1: a byte order mark is not part of JSON; it is kept here, so that the parser refuses it.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw notText('The body is not UTF-8.')
  }
}

function notText(detail: string): BursarError {
  return new BursarError('request.malformed_json', { path: '', detail })
}
