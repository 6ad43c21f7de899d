export interface BasicCredentials {
  clientId: string
  clientSecret: string
}

/** RFC 6749 §2.3.1: both halves form-encoded, then as in RFC 7617. Null without such a header. */
export function readBasicCredentials(header: string | undefined): BasicCredentials | 'malformed' | null {
  if (header === undefined) return null
  const encoded = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i.exec(header)?.[1]
  if (encoded === undefined) return 'malformed'
  const text = Buffer.from(encoded, 'base64').toString()
  const at = text.indexOf(':')
  if (at < 0) return 'malformed'
  try {
    return { clientId: decodeForm(text.slice(0, at)), clientSecret: decodeForm(text.slice(at + 1)) }
  } catch {
    return 'malformed'
  }
}

const decodeForm = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '))
