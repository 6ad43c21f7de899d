import { matchesPattern } from '@bursar/domain/access.ts'

/** What a scope lets its holder do, in one sentence. */
export interface ScopeWords {
  scope: string
  title: string
  note: string
}

export const PLAIN: readonly ScopeWords[] = [
  {
    scope: 'credentials:read',
    title: 'See credentials',
    note: 'Lists, status, exchanges and providers. Never a token or a secret.',
  },
  {
    scope: 'credentials:write',
    title: 'Change credentials',
    note: 'Creates, edits, exchanges, pauses and deletes; includes seeing them.',
  },
  { scope: 'audit:read', title: 'Read the audit trail', note: 'Who did what, and when.' },
  {
    scope: 'admin',
    title: 'Everything',
    note: 'All of these, every token, and other callers. Give it to people.',
  },
]

export const PATTERNS = [
  {
    prefix: 'tokens:',
    title: 'Get tokens',
    note: 'Reads the token of these credentials and holds it itself.',
    add: 'Allow tokens of a credential',
  },
  {
    prefix: 'proxy:',
    title: 'Send requests through the proxy',
    note: 'Bursar puts the token in; the caller never sees it.',
    add: 'Allow the proxy for a credential',
  },
] as const

export const patternOf = (scope: string): { prefix: string; pattern: string } | undefined => {
  const found = PATTERNS.find(({ prefix }) => scope.startsWith(prefix))
  return found && { prefix: found.prefix, pattern: scope.slice(found.prefix.length) }
}

/** A scope as a sentence. */
export function sayScope(scope: string): { title: string; note: string } {
  const plain = PLAIN.find((one) => one.scope === scope)
  if (plain !== undefined) return plain
  const found = patternOf(scope)
  const words = PATTERNS.find(({ prefix }) => prefix === found?.prefix)
  if (found === undefined || words === undefined) return { title: scope, note: '' }
  const whose =
    found.pattern === '*'
      ? 'of every credential'
      : found.pattern.includes('*')
        ? `of credentials called ${found.pattern}`
        : `of ${found.pattern}`
  return {
    title: found.prefix === 'tokens:' ? `Get tokens ${whose}` : `Proxy with the token ${whose}`,
    note: words.note,
  }
}

/** Which of these names a pattern covers, said shortly. */
export function reachOf(pattern: string, names: readonly string[], more: boolean): string {
  if (pattern === '') return 'A name, or part of one with * for any run of characters.'
  const hits = names.filter((name) => matchesPattern(pattern, name))
  if (hits.length === 0)
    return more ? 'None of the first 500 credentials.' : 'No credential is called that now.'
  const shown = hits.slice(0, 3).join(', ')
  const rest = hits.length - 3
  return `${hits.length === 1 ? 'One credential' : `${hits.length}${more ? ' or more' : ''} credentials`}: ${shown}${rest > 0 ? ` and ${rest} more` : ''}.`
}
