import { Worker } from 'node:worker_threads'
import { afterEach, expect, test, vi } from 'vitest'
import { startTestBroker } from '../broker.ts'
import { clientCredentials, startProvider } from '../provider.ts'

afterEach(() => vi.restoreAllMocks())

/** Every statement goes to the thread of the database as a message. */
function watchStatements(): string[] {
  const seen: string[] = []
  const post = Worker.prototype.postMessage
  vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, message: unknown) {
    const { kind, sql, units } = message as {
      kind: string
      sql?: string
      units?: Array<Array<{ sql: string }>>
    }
    seen.push(...(sql !== undefined ? [sql] : (units ?? []).flat().map((statement) => statement.sql)))
    if (kind !== 'read' && kind !== 'write') seen.push(kind)
    return post.call(this, message)
  })
  return seen
}

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
  // The poll for changes and the refresher's look at its queue go on beside, a few times a second.
  const own = statements.filter((sql) => !/FROM changes|min\(claimable_at\)|claimable_at <=/.test(sql))
  expect(own).toEqual([])

  // What is not fresh does cost SQL, so the watch sees what there is to see.
  await node.api.token('nobody')
  expect(statements.some((sql) => /FROM credentials/.test(sql))).toBe(true)
  await node.close()
  await provider.close()
})
