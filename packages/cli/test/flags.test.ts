import { ERRORS, type ErrorCode } from '@bursar/domain/error.ts'
import { GRANT_TYPES } from '@bursar/domain/grants/table.ts'
import { recipeSchemaOf } from '@bursar/domain/recipe.ts'
import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { EXIT, exitCodeOf } from '../src/exit-code.ts'
import { addRecipeFlags, readRecipeFlags, recipeFlags } from '../src/recipe-flags.ts'
import { relativeTime } from '../src/relative-time.ts'
import { renderFacts, renderTable, text } from '../src/table.ts'

const readFlags = (...args: string[]) => {
  const command = new Command().exitOverride()
  addRecipeFlags(command)
  command.parse(args, { from: 'user' })
  return readRecipeFlags(command)
}

describe('flags of recipes', () => {
  test('each required member of each grant has one', () => {
    const flags = new Set(recipeFlags().map(({ path }) => path[0]))
    for (const grant of GRANT_TYPES)
      for (const [name, member] of Object.entries(recipeSchemaOf(grant).shape))
        if (!member.safeParse(undefined).success) expect(flags, `${grant}.${name}`).toContain(name)
  })

  test('are read as what the member is', () => {
    const args = ['--grant', 'jwt_bearer', '--ttl-seconds', '60', '--scope', 'a', '--scope', 'b']
    expect(
      readFlags(
        ...args,
        '--extra-params',
        'x=1=2',
        '--lifetime-refresh-share',
        '0.5',
        '--response-error',
        'err',
      ),
    ).toEqual({
      grant: 'jwt_bearer',
      ttl_seconds: 60,
      scope: ['a', 'b'],
      extra_params: { x: '1=2' },
      lifetime: { refresh_share: 0.5 },
      response: { error: 'err' },
    })
  })

  test('one audience is a text and two are a list, since providers tell them apart', () => {
    expect(readFlags('--audience', 'a')).toEqual({ audience: 'a' })
    expect(readFlags('--audience', 'a', '--audience', 'b')).toEqual({ audience: ['a', 'b'] })
  })

  test('are nothing where none is given', () => {
    expect(readFlags()).toEqual({})
  })

  test('refuse what is no number', () => {
    expect(() => readFlags('--ttl-seconds', 'long')).toThrow('--ttl-seconds is not a number.')
  })
})

test('every error code has an exit code, and what a script asks for has its own', () => {
  const codes = Object.keys(ERRORS) as ErrorCode[]
  const by = (exit: number) => codes.filter((code) => exitCodeOf(code) === exit)
  expect(by(EXIT.notFound)).toEqual(codes.filter((code) => code.endsWith('.not_found')))
  expect(by(EXIT.denied)).toEqual([
    'caller.unauthenticated',
    'caller.forbidden',
    'destination.refused',
    'outbound.blocked',
  ])
  expect(by(EXIT.needsSignIn)).toEqual(['credential.needs_sign_in', 'consent.unknown', 'consent.refused'])
  expect(by(EXIT.upstreamFailed)).toContain('exchange.refused')
  expect(by(EXIT.upstreamFailed)).not.toContain('store.unavailable')
})

test('times are told from now', () => {
  const now = Date.parse('2026-11-22T10:00:00Z')
  const cases: Array<[string | null, string]> = [
    ['2026-11-22T10:42:30Z', 'in 42 min'],
    ['2026-11-22T09:59:59Z', '1 s ago'],
    ['2026-11-19T09:00:00Z', '3 d ago'],
    ['2026-11-22T10:00:00Z', 'now'],
    [null, '–'],
  ]
  for (const [instant, told] of cases) expect(relativeTime(instant, now)).toBe(told)
})

test('columns align, whatever stands in them', () => {
  const rows = [
    { name: 'a', note: 'x' },
    { name: 'ünïcödé', note: '\u001b[31mred\nline' },
  ]
  const table = renderTable(
    rows,
    [
      { heading: 'NAME', cell: ({ name }) => text(name) },
      { heading: 'NOTE', cell: ({ note }) => text(note) },
    ],
    process.stdout,
  )
  expect(table.replaceAll(/\u001b\[\d+m/g, '')).toBe('NAME     NOTE\na        x\nünïcödé   [31mred line')
})

test('facts without a value are left out', () => {
  const facts = renderFacts(
    [
      ['a', '1'],
      ['long name', null],
      ['b', 'x\ny'],
    ],
    process.stdout,
  )
  expect(facts.replaceAll(/\u001b\[\d+m/g, '')).toBe('a  1\nb  x\n   y')
})
