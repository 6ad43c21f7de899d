import type { Dispatcher } from 'undici'

/** Bytes to send: text as Latin-1, the head and a body that is not long, and behind it a long one. */
export interface SimpleRequest {
  text: string
  rest: Buffer | null
}

/** Text up to here leaves in one system call and is not copied into a buffer of its own. */
const ONE_TEXT_LENGTH = 15_000
/** Of bytes a longer text would be made only to be thrown away. */
const ONE_TEXT_BYTES = 1_024

const METHODS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])
/** With these a request without a body says so: RFC 9110 §8.6. */
const EXPECT_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH'])
/** Fields about which `undici` has something to decide. */
const SPECIAL: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'keep-alive',
  'upgrade',
  'expect',
])
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const NOT_A_VALUE = /[^\t\x20-\x7e\x80-\xff]/
const NOT_ASCII = /[^\x00-\x7f]/
const NOT_A_PATH = /[^\x21-\x7e]/

/**
 * The bytes of a request whose body is here in one piece, spelled as `undici` spells it; null for one that is
 * not of the common form, which `undici` then refuses or sends.
 */
export function renderSimpleRequest(options: Dispatcher.DispatchOptions, host: string): SimpleRequest | null {
  const { method, path, headers, body, upgrade } = options
  if (!METHODS.has(method) || upgrade || NOT_A_PATH.test(path) || !path.startsWith('/')) return null
  if (!Array.isArray(headers) || headers.length % 2 !== 0) return null
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`
  for (let i = 0; i < headers.length; i += 2) {
    const name: unknown = headers[i]
    const value: unknown = headers[i + 1]
    if (typeof name !== 'string' || typeof value !== 'string') return null
    if (!NAME.test(name) || NOT_A_VALUE.test(value) || SPECIAL.has(name.toLowerCase())) return null
    head += `${name}: ${value}\r\n`
  }
  if (body === null || body === undefined) {
    return { text: EXPECT_BODY.has(method) ? `${head}content-length: 0\r\n\r\n` : `${head}\r\n`, rest: null }
  }
  if (typeof body === 'string' && body.length <= ONE_TEXT_LENGTH && body !== '' && !NOT_ASCII.test(body)) {
    return { text: `${head}content-length: ${body.length}\r\n\r\n${body}`, rest: null }
  }
  if (typeof body !== 'string' && !Buffer.isBuffer(body)) return null
  const bytes = typeof body === 'string' ? Buffer.from(body) : body
  if (bytes.length === 0) return null
  head += `content-length: ${bytes.length}\r\n\r\n`
  if (bytes.length > ONE_TEXT_BYTES) return { text: head, rest: bytes }
  return { text: head + bytes.toString('latin1'), rest: null }
}
