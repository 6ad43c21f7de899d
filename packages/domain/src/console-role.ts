/** What a person who signs in through an identity provider may do, as scopes of a caller. */
export const CONSOLE_ROLES = {
  /** Everything, callers, keys and settings included. */
  admin: ['admin'],
  /** Credentials, providers and doors; may copy a token or send an event to try it. Sees no audit trail, makes no callers. */
  editor: ['credentials:write', 'tokens:*', 'proxy:*', 'events:*'],
  /** Looks at credentials, their status and records; no token, no change. */
  viewer: ['credentials:read'],
  /** What a viewer sees, and the audit trail. */
  auditor: ['credentials:read', 'audit:read'],
} as const satisfies Record<string, readonly string[]>

export type ConsoleRole = keyof typeof CONSOLE_ROLES

export const isConsoleRole = (text: string): text is ConsoleRole => Object.hasOwn(CONSOLE_ROLES, text)

/** The scopes of several roles together, each once, in the order of the table. */
export function scopesOfRoles(roles: readonly ConsoleRole[]): string[] {
  const names = Object.keys(CONSOLE_ROLES) as ConsoleRole[]
  return [...new Set(names.filter((name) => roles.includes(name)).flatMap((name) => CONSOLE_ROLES[name]))]
}
