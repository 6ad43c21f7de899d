import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Case, readCases, runCase } from './conformance/case.ts'
import { unpadded } from './markdown.ts'

const FILES = ['dev.ndjson', 'upstream.ndjson'] as const

/** Cases that can not match, each with the reason. There are none. */
const EXCEPTIONS: Readonly<Record<string, string>> = {}

const casesOf = (file: string): Case[] =>
  readCases(readFileSync(new URL(`cases/${file}`, import.meta.url), 'utf8'))

describe.each(FILES)('%s', (file) => {
  const cases = casesOf(file)

  test('every case gives what the recorded engine gave, in default and in strict mode', () => {
    const failures = cases
      .filter((one) => !(one.id in EXCEPTIONS))
      .flatMap((one) => runCase(one).map((outcome) => ({ id: one.id, template: one.template, ...outcome })))
      .filter((outcome) => !outcome.passed)
    expect(failures).toEqual([])
  })

  test('the counts of the README are those of the file', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const tiers = new Map<string, number>()
    for (const { tier } of cases) tiers.set(tier, (tiers.get(tier) ?? 0) + 1)
    const row = `| \`${file}\` | ${cases.length} | ${['core', 'extended', 'sandbox'].map((tier) => tiers.get(tier) ?? 0).join(' | ')} |`
    console.log(row)
    expect(unpadded(readme)).toContain(unpadded(row))
  })
})

test('a wrong output, a wrong category and a missing error do not pass', () => {
  const one: Case = {
    id: 'own',
    topic: 'own',
    tier: 'core',
    template: '{{ 1 }}',
    context: {},
    options: {},
    expected: { ok: true, output: '2' },
    expectedStrict: { ok: false, category: 'parse' },
  }
  expect(runCase(one).map(({ passed }) => passed)).toEqual([false, false])
  const failing: Case = {
    ...one,
    template: '{{ 1 / 0 }}',
    expectedStrict: { ok: false, category: 'runtime' },
  }
  expect(runCase(failing).map(({ passed }) => passed)).toEqual([false, true])
})
