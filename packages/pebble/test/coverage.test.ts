import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { STRATEGIES } from '../src/escape/table.ts'
import { BINARY_OPERATORS, INVOCATIONS, UNARY_OPERATORS } from '../src/operators/table.ts'
import { profiles } from '../src/profile.ts'
import { tokenize } from '../src/syntax/lexer.ts'
import type { Token } from '../src/syntax/token.ts'
import { LOADING_TAGS } from '../src/tags/loading.ts'
import { readCases } from './conformance/case.ts'
import { unpadded } from './markdown.ts'

const README = new URL('../README.md', import.meta.url)
const TABLE = /(<!-- coverage: made by test\/coverage\.test\.ts -->\n)[\s\S]*?(<!-- \/coverage -->)/

const OPERATORS = [
  ...new Set([...BINARY_OPERATORS, ...UNARY_OPERATORS].map(({ symbol }) => symbol)),
  ...Object.keys(INVOCATIONS),
  '?',
]

/** Everything of the language that has a name, by kind. */
const LANGUAGE: Readonly<Record<string, readonly string[]>> = {
  tag: profiles.perRenderCache.tags,
  operator: OPERATORS,
  filter: profiles.perRenderCache.filters,
  function: profiles.perRenderCache.functions,
  test: profiles.perRenderCache.tests,
  'escaping strategy': [...STRATEGIES.keys()],
}

/** What a template uses, as `kind name`. */
function usesOf(template: string): Set<string> {
  const uses = new Set<string>()
  if (/\{%-?\s*verbatim\s*-?%\}/.test(template)) uses.add('tag verbatim')
  for (const strategy of STRATEGIES.keys()) {
    if (template.includes(`'${strategy}'`)) uses.add(`escaping strategy ${strategy}`)
  }
  const tokens = tokensOf(template)
  tokens.forEach((token, i) => {
    const before = tokens[i - 1]
    if (token.type === 'operator' || token.text === '?') uses.add(`operator ${token.text}`)
    if (token.type !== 'name') return
    if (before?.type === 'tag start') uses.add(`tag ${token.text}`)
    else if (before?.text === '|' || before?.text === 'filter') uses.add(`filter ${token.text}`)
    else if (before?.text === 'is' || before?.text === 'is not') uses.add(`test ${token.text}`)
    else if (tokens[i + 1]?.text === '(' && before?.text !== '.') uses.add(`function ${token.text}`)
  })
  return uses
}

function tokensOf(template: string): Token[] {
  try {
    return tokenize(template, {
      newLineTrimming: true,
      verbatim: true,
      operators: OPERATORS.filter((o) => o !== '?'),
    })
  } catch {
    return []
  }
}

function coverageTable(): string {
  const counts = new Map<string, number>()
  for (const file of ['dev', 'upstream']) {
    for (const { template } of readCases(
      readFileSync(new URL(`cases/${file}.ndjson`, import.meta.url), 'utf8'),
    )) {
      for (const use of usesOf(template)) counts.set(use, (counts.get(use) ?? 0) + 1)
    }
  }
  const rows = Object.entries(LANGUAGE).flatMap(([kind, names]) =>
    [...names].sort().map((name) => {
      const shown = name.replace('|', '\\|')
      return `| ${kind} | \`${shown}\` | ${counts.get(`${kind} ${name}`) ?? 0} |`
    }),
  )
  return ['', '| kind | name | recorded cases that use it |', '|---|---|---:|', ...rows, '', ''].join('\n')
}

test('the table of the README is complete and true', () => {
  const table = coverageTable()
  const readme = readFileSync(README, 'utf8')
  const expected = readme.replace(TABLE, (_, start, end) => start + table + end)
  if (process.env.PEBBLE_UPDATE_README) writeFileSync(README, expected)
  expect(readme).toMatch(TABLE)
  expect(unpadded(readFileSync(README, 'utf8'))).toBe(unpadded(expected))
})

test('everything with a name is used by a recorded case', () => {
  const unused = [...coverageTable().matchAll(/`([^`]+)` \| 0 \|/g)].map((found) => found[1])
  expect(unused).toEqual([])
})

test('the README names every tag that is refused', () => {
  const readme = readFileSync(README, 'utf8')
  for (const { name } of LOADING_TAGS) expect(readme).toContain(`\`${name}\``)
})
