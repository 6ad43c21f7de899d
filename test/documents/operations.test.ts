import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { NO_ANSWER_CODES } from '@bursar/domain/failure-cause.ts'
import { KNOWN_OAUTH_ERRORS } from '@bursar/domain/oauth-error.ts'
import { STATUSES } from '@bursar/domain/state.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { awaitUntil } from '../await-until.ts'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { clientCredentials, type Provider, startProvider } from '../provider.ts'

const ROOT = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const page = read('docs/operations.md')

/** The first column of the tables under a heading. */
function rowsUnder(heading: string): string[] {
  const [, after = ''] = page.split(`\n${heading}\n`)
  const section = after.split(/\n##+ /, 1)[0]!
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, first]) => first!)
}

let broker: TestBroker
let provider: Provider
/** Every metric of ours with the labels that it has, as a broker that has worked a little shows them. */
let metrics: Map<string, Set<string>>
beforeAll(async () => {
  ;[broker, provider] = await Promise.all([startTestBroker(), startProvider()])
  await broker.api.create(clientCredentials(provider, 'crm'))
  await broker.api.token('crm')
  broker.clock.advance(3_300)
  await awaitUntil('it is renewed', async () => (await broker.api.credential('crm')).token?.version === 2)
  const text = await (await fetch(`${broker.url}/metrics`)).text()
  metrics = new Map(
    [...text.matchAll(/^# HELP (bursar_\w+)/gm)].map(([, name]) => [
      name!,
      new Set(
        [...text.matchAll(new RegExp(`^${name}(?:_bucket)?\\{([^}]*)\\}`, 'gm'))].flatMap(([, labels]) =>
          [...labels!.matchAll(/(\w+)="/g)].map(([, label]) => label!).filter((label) => label !== 'le'),
        ),
      ),
    ]),
  )
})
afterAll(() => Promise.all([broker.close(), provider.close()]))

test('every metric is explained with its labels, and no other', () => {
  const [, table = ''] = page.split('\n## Metrics\n')
  const explained = [...table.split('\n## ', 1)[0]!.matchAll(/^\| `(bursar_\w+)` +\| \w+ +\| ([^|]*)\|/gm)]
  expect(new Map(explained.map(([, name, labels]) => [name, labels!.match(/\w+/g) ?? []]))).toEqual(
    new Map([...metrics].map(([name, labels]) => [name, [...labels]])),
  )
})

test('the alerts are made of metrics, labels and statuses that there are', () => {
  const { groups } = parse(read('examples/alerts.yaml'))
  for (const { alert, expr } of groups[0].rules) {
    const [, name] = /(bursar_\w+?)(?:_bucket)?\b(?!_)/.exec(expr)!
    expect([...metrics.keys()], alert).toContain(name)
    for (const [, label, values] of expr.matchAll(/(\w+)(?:=~|!~|=|!=)"([^"]*)"/g)) {
      expect(metrics.get(name!)!, alert).toContain(label)
      if (label === 'status') for (const status of values.split('|')) expect(STATUSES).toContain(status)
    }
  }
})

test('the lag of a renewal is counted from when it was due', async () => {
  const lag = async () => {
    const text = await (await fetch(`${broker.url}/metrics`)).text()
    return Number(/^bursar_refresh_lag_seconds_sum(?:\{.*\})? (\d+)$/m.exec(text)![1])
  }
  const { token } = await broker.api.credential('crm')
  const before = await lag()
  broker.clock.advance(Date.parse(token!.refresh_due_at!) / 1000 + 45 - broker.clock.now())
  await awaitUntil('it is renewed', async () => (await broker.api.credential('crm')).token?.version === 3)
  expect((await lag()) - before).toBe(45)
})

test('every status and every reason has a row', () => {
  expect(rowsUnder('### Statuses').toSorted()).toEqual(STATUSES.toSorted())
  expect(rowsUnder('### Refusals')).toEqual(KNOWN_OAUTH_ERRORS)
  const reasons = rowsUnder('### Reasons')
  expect(reasons.filter((code) => code.startsWith('outbound.')).toSorted()).toEqual(
    NO_ANSWER_CODES.toSorted(),
  )
  // Those that are not made of a table stand in the sources as they are.
  const sources = globSync('packages/{domain,broker}/src/**/*.ts', { cwd: ROOT }).map(read).join('\n')
  for (const code of reasons.filter((each) => !/^outbound\.|<|^provider\..+_failed$/.test(each)))
    expect(sources, code).toContain(`'${code}'`)
})

test('the log events of the page are written somewhere', () => {
  const sources = globSync('packages/broker/src/**/*.ts', { cwd: ROOT }).map(read).join('\n')
  for (const event of rowsUnder('## Logs'))
    expect(sources, event).toMatch(new RegExp(`log\\.\\w+\\(\\s*'${event}'`))
})
