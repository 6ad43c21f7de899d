import { afterAll, beforeAll, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { type ActivityServer, startActivity } from './activity-server.ts'
import { contactLines, recordedResults, sendContacts } from './contact-stream.ts'
import { secured, startTokenEndpoint, type TokenEndpoint, type World, worldOf } from './world.ts'

let postgres: PostgresServer
let nodes: TestBroker[]
let activity: ActivityServer
let tokens: TokenEndpoint
let first: World
let second: World

beforeAll(async () => {
  postgres = await startPostgres()
  const env = { BURSAR_DATABASE_URL: await postgres.createDatabase() }
  const one = await startTestBroker({ env })
  // One key ring for all nodes.
  const two = await startTestBroker({ env: { ...env, BURSAR_KEYRING: `file:${one.dataDir}/keyring.json` } })
  nodes = [one, two]
  ;[activity, tokens] = await Promise.all([startActivity(), startTokenEndpoint()])
  first = worldOf(one, activity, tokens)
  second = worldOf(two, activity, tokens)
})
afterAll(async () => {
  await Promise.all(nodes.map((node) => node.close()))
  await Promise.all([activity.close(), tokens.close(), postgres.stop()])
})

test('on PostgreSQL, what one node begins another goes on with, and takes over while it goes on', async () => {
  const url = `${activity.url}/nodes`
  await first.createContext('nodes', [url])
  await first.publish('nodes', { url, concurrentRequests: 10, ...secured('nodes') })
  const lines = contactLines(500)
  const begun = await sendContacts(first.api, '/activities/nodes/execute', lines, () => {
    if (begun.results.length === 100) begun.abort()
  })
  await expect(begun.ended).rejects.toThrow()
  // At once: whether the first node has noticed yet does not matter.
  const path = `/activities/nodes/runs/${begun.run}/resume`
  const resumed = await sendContacts(second.api, path, lines)
  expect((await resumed.ended).run.status).toBe('finished')
  const results = await recordedResults(second.api, 'nodes', begun.run)
  expect(results.size).toBe(500)
  expect([...results.values()].every(({ status }) => status === 'sent')).toBe(true)
  const times = new Map<string, number>()
  for (const { body } of activity.calls) {
    const key = body.keyValue as string
    times.set(key, (times.get(key) ?? 0) + 1)
  }
  expect(times.size).toBe(500)
  for (const { contactKey, mayBeRepeated } of resumed.results) {
    if (times.get(contactKey)! > 1) expect([contactKey, mayBeRepeated]).toEqual([contactKey, true])
  }
})

test('on PostgreSQL, a run is stopped from another node than the one that drives it, and marks nobody', async () => {
  const url = `${activity.url}/far`
  await first.createContext('far', [url])
  await first.publish('far', { url, concurrentRequests: 2, ...secured('far') })
  const gate = Promise.withResolvers<void>()
  activity.behave('/far', async ({ body }) => {
    if (Number(String(body.keyValue).split('-')[1]) >= 5) await gate.promise
    return {}
  })
  const calls = () => activity.calls.filter(({ path }) => path === '/far')
  const lines = contactLines(500)
  const begun = await sendContacts(first.api, '/activities/far/execute', lines)
  await awaitUntil('contact 5 is under way', () => calls().some(({ body }) => body.keyValue === 'contact-5'))
  const path = `/activities/far/runs/${begun.run}`
  expect((await second.call('POST', `${path}/stop`)).status).toBe(200)
  gate.resolve()
  expect((await begun.ended).run).toMatchObject({ status: 'interrupted', counts: { repeated: 0 } })
  expect(calls().length).toBeLessThan(500)
  const resumed = await sendContacts(second.api, `${path}/resume`, lines)
  expect((await resumed.ended).run).toMatchObject({ status: 'finished', counts: { sent: 500, repeated: 0 } })
  expect(new Set(calls().map(({ body }) => body.keyValue)).size).toBe(500)
  expect(calls()).toHaveLength(500)
})
