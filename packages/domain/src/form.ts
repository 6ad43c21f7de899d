/** One name or value of `application/x-www-form-urlencoded`, RFC 6749 appendix B. */
export function encodeFormComponent(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+')
}

/** The pairs of a form-encoded text in their order; undefined when it is not one. */
export function parseForm(text: string): Array<[name: string, value: string]> | undefined {
  const pairs: Array<[string, string]> = []
  for (const part of text.split('&')) {
    if (part === '') continue
    const [name, ...rest] = part.split('=')
    if (name === '' || rest.length === 0) return undefined
    try {
      pairs.push([decodeFormComponent(name!), decodeFormComponent(rest.join('='))])
    } catch {
      return undefined
    }
  }
  return pairs.length === 0 ? undefined : pairs
}

const decodeFormComponent = (text: string): string => decodeURIComponent(text.replaceAll('+', ' '))
