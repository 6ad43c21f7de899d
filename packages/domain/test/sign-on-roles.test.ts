import { expect, test } from 'vitest'
import { may } from '../src/access.ts'
import { CONSOLE_ROLES, type ConsoleRole, scopesOfRoles } from '../src/console-role.ts'
import { parseRoleMapping, rolesOfClaims } from '../src/sign-on-roles.ts'

const mapping = parseRoleMapping('admin=ops, editor=cn=crm, viewer=*')

test('a claim gives the roles that its values stand for, and everybody what `*` gives', () => {
  expect(rolesOfClaims({ groups: ['ops', 'other'] }, 'groups', mapping)).toEqual(['admin', 'viewer'])
  expect(rolesOfClaims({ groups: 'cn=crm' }, 'groups', mapping)).toEqual(['editor', 'viewer'])
  expect(rolesOfClaims({}, 'groups', mapping)).toEqual(['viewer'])
  expect(rolesOfClaims({ groups: { ops: true } }, 'groups', parseRoleMapping('admin=ops'))).toEqual([])
})

test('a claim is found by its name before its name is taken for a path', () => {
  const claims = { realm_access: { roles: ['ops'] }, 'https://acme.example/roles': ['ops'] }
  for (const name of ['realm_access.roles', 'https://acme.example/roles'])
    expect(rolesOfClaims(claims, name, parseRoleMapping('admin=ops')), name).toEqual(['admin'])
  expect(rolesOfClaims({ a: 'b' }, 'a.constructor.name', parseRoleMapping('admin=String'))).toEqual([])
})

test('a mapping that can not be meant is refused with one sentence', () => {
  for (const text of ['root=ops', 'admin', 'admin=', '__proto__=x'])
    expect(() => parseRoleMapping(text), text).toThrow(/\.$/)
})

test('each role may what it should and nothing more', () => {
  const reach = (role: ConsoleRole) =>
    (['credentials:read', 'credentials:write', 'audit:read', 'admin', 'token'] as const).filter((action) =>
      may(CONSOLE_ROLES[role], { action, credential: 'any' }),
    )
  expect(reach('viewer')).toEqual(['credentials:read'])
  expect(reach('auditor')).toEqual(['credentials:read', 'audit:read'])
  expect(reach('editor')).toEqual(['credentials:read', 'credentials:write', 'token'])
  expect(reach('admin')).toEqual(['credentials:read', 'credentials:write', 'audit:read', 'admin', 'token'])
  expect(scopesOfRoles(['auditor', 'viewer'])).toEqual(['credentials:read', 'audit:read'])
})
