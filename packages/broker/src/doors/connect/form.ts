import { createHash, timingSafeEqual } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'

const MAX_FORM_BYTES = 256 * 1024

/** What was typed; of a name that comes twice the first. */
export async function readForm(request: Request): Promise<Record<string, string>> {
  const type = request.headers.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase()
  if (type !== 'application/x-www-form-urlencoded') {
    throw new BursarError('request.media_type', { hint: 'Send the form of the page.' })
  }
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of request.body ?? []) {
    length += chunk.byteLength
    if (length > MAX_FORM_BYTES) throw new BursarError('request.too_large')
    chunks.push(chunk)
  }
  const pairs = [...new URLSearchParams(Buffer.concat(chunks, length).toString('utf8'))]
  return Object.fromEntries(pairs.reverse())
}

/** Goes with the form; only who has both the address and the cookie can make it. */
export const formKey = (token: string, half: string): string =>
  createHash('sha256').update(`${token}\n${half}`).digest('base64url')

/** A form that another site sent is refused: by its key, and by what the browser says of where it began. */
export function demandOwnForm(headers: Headers, given: string | undefined, expected: string): void {
  const site = headers.get('sec-fetch-site')
  const fromElsewhere = site !== null && site !== 'same-origin' && site !== 'none'
  const [a, b] = [Buffer.from(given ?? ''), Buffer.from(expected)]
  if (!fromElsewhere && a.length === b.length && timingSafeEqual(a, b)) return
  throw new BursarError('connect_link.foreign_form', {
    detail: 'This form was not filled in on its own page, or the browser keeps no cookies.',
    hint: 'Open your link again and fill it in there.',
  })
}
