type Members = Readonly<Record<string, unknown>>

/** What a JWT says of itself, unverified (RFC 7519 §3); null when it is none. The signature is left out. */
export function readJwt(text: string): { header: Members; claims: Members } | null {
  const [header, payload, signature, ...more] = text.split('.')
  if (!header || !payload || signature === undefined || more.length > 0) return null
  try {
    return { header: readPart(header), claims: readPart(payload) }
  } catch {
    return null
  }
}

function readPart(part: string): Members {
  const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (one) =>
    one.charCodeAt(0),
  )
  const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new TypeError('not an object')
  return value as Members
}
