import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import { DESCRIBED_ROUTES } from '@bursar/domain/api/described-routes.ts'
import { describeApi } from '@bursar/domain/api/openapi.ts'
import { acceptedCoding } from '../../http/content-coding.ts'

interface Representation {
  bytes: Uint8Array<ArrayBuffer>
  etag: string
}

/**
 * Answers `/openapi.json`, which is long and never changes while a process runs: made, packed and hashed when it is
 * asked for the first time. Each coding is a representation with a strong ETag of its own (RFC 9110 §8.8.3.3).
 */
export function createDescription(version: string): (headers: Headers) => Promise<Response> {
  let plain: Representation | undefined
  let packed: Promise<Representation> | undefined
  const makePlain = (): Representation =>
    represent(Buffer.from(JSON.stringify(describeApi(DESCRIBED_ROUTES, version))))
  const pack = async ({ bytes }: Representation): Promise<Representation> =>
    represent(await promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }))

  return async (headers) => {
    plain ??= makePlain()
    const coding = acceptedCoding(headers.get('accept-encoding'), ['gzip'])
    if (coding !== null) packed ??= pack(plain)
    const { bytes, etag } = coding === null ? plain : await packed!
    const fields = { ETag: etag, Vary: 'Accept-Encoding', 'Cache-Control': 'no-cache' }
    if (isKnown(headers.get('if-none-match'), etag))
      return new Response(null, { status: 304, headers: fields })
    return new Response(bytes, {
      headers: {
        ...fields,
        'Content-Type': 'application/json',
        'Content-Length': String(bytes.length),
        ...(coding !== null && { 'Content-Encoding': coding }),
      },
    })
  }
}

const represent = (buffer: Buffer): Representation => ({
  bytes: new Uint8Array(buffer),
  etag: `"${createHash('sha256').update(buffer).digest('base64url').slice(0, 27)}"`,
})

/** RFC 9110 §13.1.2: any tag of the list, compared weakly, since proxies weaken tags on their way. */
const isKnown = (header: string | null, etag: string): boolean =>
  header !== null &&
  (header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag))
