import { useLocation } from 'wouter'

type NamesOf<P extends string> = P extends `${string}:${infer Rest}`
  ? Rest extends `${infer Name}/${infer More}`
    ? Name | NamesOf<More>
    : Rest
  : never

const BASE = '/console'

/**
 * The parameters of a page whose names may hold any character. The router decodes an address as a whole, which
 * can not tell `%26` from what stood for it; here each part is decoded by itself.
 */
export function usePathParams<const P extends string>(pattern: P): Record<NamesOf<P>, string> {
  useLocation()
  const parts = window.location.pathname.slice(BASE.length).split('/')
  const named = pattern
    .split('/')
    .flatMap((part, at) => (part.startsWith(':') ? [[part.slice(1), decodePart(parts[at] ?? '')]] : []))
  return Object.fromEntries(named)
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
