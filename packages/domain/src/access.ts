/** What a caller may do without naming a credential. */
export const PLAIN_SCOPES = ['credentials:read', 'credentials:write', 'audit:read', 'admin'] as const
export type PlainScope = (typeof PLAIN_SCOPES)[number]

/** What a caller may do with something that has a name: a credential, or for `events` an environment. */
export type PatternAction = 'token' | 'proxy' | 'events'

/** A right of a caller, taken apart. */
export type Scope = { action: PlainScope } | { action: PatternAction; pattern: string }

/** What somebody wants to do, and with which credential. */
export interface AccessRequest {
  action: PlainScope | PatternAction
  credential?: string
}

const PATTERN_SCOPES: Readonly<Record<string, PatternAction>> = {
  tokens: 'token',
  proxy: 'proxy',
  events: 'events',
}

/** Reads one scope: a plain one, or `tokens:`, `proxy:` or `events:` and a pattern, where `*` is any run of characters. */
export function parseScope(text: string): { scope: Scope } | { problem: string } {
  const plain = PLAIN_SCOPES.find((scope) => scope === text)
  if (plain) return { scope: { action: plain } }
  const [, prefix, pattern] = /^([a-z]+):(.*)$/s.exec(text) ?? []
  if (prefix === undefined || !Object.hasOwn(PATTERN_SCOPES, prefix)) {
    return {
      problem: `A scope is one of ${PLAIN_SCOPES.join(', ')}, tokens:<name>, proxy:<name>, events:<environment>.`,
    }
  }
  const action = PATTERN_SCOPES[prefix]!
  // Ids of environments begin with capital letters.
  const written = action === 'events' ? pattern!.toLowerCase() : pattern!
  if (!/^[a-z0-9._*-]{1,128}$/.test(written)) {
    const what = action === 'events' ? 'the id of an environment' : 'the name of a credential'
    return { problem: `After "${prefix}:" stands ${what}, in which "*" is any run of characters.` }
  }
  return { scope: { action, pattern: written } }
}

/** True when one of the scopes covers the request. `admin` covers all, writing credentials covers reading them. */
export function may(scopes: readonly string[], request: AccessRequest): boolean {
  return scopes.some((text) => {
    const parsed = parseScope(text)
    return 'scope' in parsed && covers(parsed.scope, request)
  })
}

function covers(scope: Scope, { action, credential }: AccessRequest): boolean {
  if (scope.action === 'admin') return true
  if (scope.action === 'credentials:write' && action === 'credentials:read') return true
  if (scope.action !== action) return false
  return 'pattern' in scope ? credential !== undefined && matchesPattern(scope.pattern, credential) : true
}

/** Matches `*` as any run of characters. Each piece is sought once from the left, so nothing is tried twice. */
export function matchesPattern(pattern: string, name: string): boolean {
  const [first, ...rest] = pattern.split('*')
  if (rest.length === 0) return pattern === name
  const last = rest.pop()!
  if (!name.startsWith(first!) || name.length < first!.length + last.length || !name.endsWith(last))
    return false
  const end = name.length - last.length
  let at = first!.length
  for (const piece of rest) {
    const found = name.indexOf(piece, at)
    if (found < 0 || found + piece.length > end) return false
    at = found + piece.length
  }
  return true
}
