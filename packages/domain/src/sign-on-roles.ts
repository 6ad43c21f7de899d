import { type ConsoleRole, isConsoleRole } from './console-role.ts'
import { isObject } from './json.ts'

/** Which value of the claim stands for which role; `*` is everybody who signs in. */
export type RoleMapping = ReadonlyArray<{ role: ConsoleRole; value: string }>

/**
 * Parses `admin=bursar-admins,viewer=*`. A role may stand there more than once; a value may hold `=`.
 * Throws an Error with one sentence.
 */
export function parseRoleMapping(text: string): RoleMapping {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const [role = '', ...rest] = entry.split('=')
      const value = rest.join('=')
      if (!isConsoleRole(role)) throw new Error(`"${role}" is none of admin, editor, viewer, auditor.`)
      if (value === '') throw new Error(`"${entry}" names no value of the claim: write ${role}=<value>.`)
      return { role, value }
    })
}

/** The claim by its name, else by a path with dots (`realm_access.roles`). */
function claimOf(claims: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name]
  let value: unknown = claims
  for (const part of name.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, part)) return undefined
    value = value[part]
  }
  return value
}

/** Whether the claims say anything of roles at all; user info may. */
export const hasRolesClaim = (claims: Readonly<Record<string, unknown>>, name: string): boolean =>
  claimOf(claims, name) !== undefined

/** The roles that claims give: the claim is a text or a list of texts, anything else gives none. */
export function rolesOfClaims(
  claims: Readonly<Record<string, unknown>>,
  name: string,
  mapping: RoleMapping,
): ConsoleRole[] {
  const claim = claimOf(claims, name)
  const values = (Array.isArray(claim) ? claim : [claim]).filter((value) => typeof value === 'string')
  const given = mapping.filter(({ value }) => value === '*' || values.includes(value))
  return [...new Set(given.map(({ role }) => role))]
}
