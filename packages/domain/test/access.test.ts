import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { matchesPattern, may, PLAIN_SCOPES, parseScope } from '../src/access.ts'

describe('a scope', () => {
  test.each([...PLAIN_SCOPES, 'tokens:sales', 'tokens:*', 'proxy:sales-*.eu'])('%s is known', (text) => {
    expect(parseScope(text)).toHaveProperty('scope')
  })

  test.each([
    '',
    'tokens',
    'tokens:',
    'tokens:A',
    'tokens:a b',
    'proxy:a,b',
    'credentials',
    'constructor:x',
    'ADMIN',
    'admin ',
  ])('%j is refused', (text) => {
    expect(parseScope(text)).toHaveProperty('problem')
    expect(may([text], { action: 'admin' })).toBe(false)
  })
})

describe('a caller', () => {
  test('may do what a scope names and nothing else', () => {
    const actions = [
      'credentials:read',
      'credentials:write',
      'audit:read',
      'admin',
      'token',
      'proxy',
    ] as const
    const granted = (scope: string) =>
      actions.filter((action) => may([scope], { action, credential: 'sales' }))
    expect(granted('credentials:read')).toEqual(['credentials:read'])
    expect(granted('credentials:write')).toEqual(['credentials:read', 'credentials:write'])
    expect(granted('audit:read')).toEqual(['audit:read'])
    expect(granted('tokens:sales')).toEqual(['token'])
    expect(granted('proxy:sales')).toEqual(['proxy'])
    expect(granted('tokens:other')).toEqual([])
    expect(granted('admin')).toEqual(actions)
  })

  test('may do nothing without scopes, nor with a credential unnamed', () => {
    expect(may([], { action: 'token', credential: 'sales' })).toBe(false)
    expect(may(['tokens:*'], { action: 'token' })).toBe(false)
  })
})

describe('a pattern', () => {
  test.each([
    ['*', '', true],
    ['*', 'anything', true],
    ['sales-*', 'sales-', true],
    ['sales-*', 'sales', false],
    ['*-eu', 'sales-eu', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a*b*c', 'a-c-b', false],
    ['a*b*c', 'axbxbxc', true],
    ['**', 'a', true],
    ['a.c', 'abc', false],
  ])('%s on %j is %s', (pattern, name, matches) => {
    expect(matchesPattern(pattern, name)).toBe(matches)
  })

  test('matches as the regular expression of the same meaning does', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 })
    const name = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 10 })
    fc.assert(
      fc.property(text, name, (pattern, candidate) => {
        const same = new RegExp(`^${pattern.replaceAll('*', '.*')}$`)
        expect(matchesPattern(pattern, candidate)).toBe(same.test(candidate))
      }),
      { seed: 42, numRuns: 5000 },
    )
  })

  test('takes no longer on a pattern made to be slow', () => {
    const started = performance.now()
    matchesPattern(`${'a*'.repeat(60)}b`, 'a'.repeat(100_000))
    expect(performance.now() - started).toBeLessThan(200)
  })
})
