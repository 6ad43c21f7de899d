import { Thread } from '@bursar/broker/store/sqlite/thread.ts'
import { afterEach, expect, test, vi } from 'vitest'
import { startTestBroker } from '../broker.ts'
import { clientCredentials, startProvider } from '../provider.ts'

afterEach(() => vi.restoreAllMocks())

/** Every statement goes to a thread of the database. */
function watchStatements(): string[] {
  const seen: string[] = []
  const { ask, write } = Thread.prototype
  vi.spyOn(Thread.prototype, 'write').mockImplementation(function (this: Thread, units) {
    seen.push(...units.flat().map(({ sql }) => sql))
    return write.call(this, units)
  })
  vi.spyOn(Thread.prototype, 'ask').mockImplementation(function (this: Thread, question, transfer) {
    if (question.kind === 'read') seen.push(question.sql)
    return ask.call(this, question, transfer)
  })
  return seen
}

const BY_THE_CLOCK =
  /FROM changes|min\(claimable_at\)|claimable_at <=|SET last_used_at|INSERT INTO usage|FROM audit|FROM documents|WHERE \w+_at < \$1 ORDER BY/

test('a fresh token is read without SQL, whatever the key and whoever asks', async () => {
  const provider = await startProvider()
  const node = await startTestBroker()
  await node.api.create(clientCredentials(provider, 'crm'))
  const { body } = await node.api.call('POST', '/v1/callers', { name: 'reader', scopes: ['tokens:crm'] })
  const reader = node.api.withKey(body.key)
  await node.api.token('crm')
  await reader.token('crm')

  const statements = watchStatements()
  for (let n = 0; n < 200; n += 1) {
    expect((await (n % 2 === 0 ? reader : node.api).token('crm')).status).toBe(200)
  }
  // By the clock and not by the reads, nodes look for changes, for what is due and too old, for what callbacks are to
  // be told and for each other, and write down who read how often.
  const own = statements.filter((sql) => !BY_THE_CLOCK.test(sql))
  expect(own.filter((sql) => /credentials|tokens|callers|exchanges|audit/.test(sql))).toEqual([])
  expect(own.length).toBeLessThan(50)

  // What is not fresh does cost SQL, so the watch sees what there is to see.
  await node.api.token('nobody')
  expect(statements.some((sql) => /FROM credentials/.test(sql))).toBe(true)
  await node.api.call('POST', '/v1/credentials/crm/pause')
  expect(statements.some((sql) => /UPDATE credentials/.test(sql))).toBe(true)
  await node.close()
  await provider.close()
})
