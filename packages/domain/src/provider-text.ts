const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * What a provider wrote for people, fit to be kept and shown: one bounded line without anything that looks
 * like a token. Providers do echo what they were sent.
 */
export function plainProviderText(text: string, most = 500): string {
  return text
    .slice(0, most * 4)
    .replace(/[\x00-\x1f\x7f-\x9f\u2028\u2029]+/g, ' ')
    .replace(/eyJ[\w-]{8,}(?:\.[\w-]*)*/g, '[redacted]')
    .replace(/[\w+=-]{32,}/g, (run) => (UUID.test(run) ? run : '[redacted]'))
    .trim()
    .slice(0, most)
}

/** An error code of a provider as a code of ours: bounded, of letters, digits and `_ . -`. */
export function plainErrorCode(error: string): string {
  const plain = plainProviderText(error, 64)
  return /^[A-Za-z0-9_.-]+$/.test(plain) ? plain : 'unknown_error'
}
