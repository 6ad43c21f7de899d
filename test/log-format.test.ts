import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BrokerProcess, endBrokerProcesses, startBrokerProcess, temporaryFolder } from './broker.ts'
import { clientCredentials, type Provider, startProvider } from './provider.ts'

let provider: Provider

beforeAll(async () => {
  provider = await startProvider()
})
afterAll(async () => {
  endBrokerProcesses()
  await provider.close()
})

const start = async (env: Record<string, string>): Promise<BrokerProcess> =>
  startBrokerProcess(await temporaryFolder(), env)

test('output that goes elsewhere than to a terminal is one JSON line an event', async () => {
  const broker = await start({})
  await broker.end('SIGTERM')
  const events = broker
    .stdout()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).event)
  expect(events).toEqual(expect.arrayContaining(['keyring_created', 'listening', 'stopping', 'stopped']))
})

test('as text, the key, the link and the address stand alone in their lines, and an event is one line', async () => {
  const broker = await start({ BURSAR_LOG_FORMAT: 'text', BURSAR_ADMIN_KEY: '' })
  const lines = broker.stdout().split('\n')
  const below = (title: string) => lines[lines.findIndex((line) => line.startsWith(`  ${title}`)) + 1]?.trim()
  const key = below('Admin key') ?? ''
  expect(below('Bursar ')).toBe(broker.url)
  expect(below('Console')).toContain(`${broker.url}/console/sign-in#link=`)

  provider.behave(() => ({ error: 'invalid_client', error_description: 'one\nlevel=error two' }))
  const made = await broker.api.withKey(key).create(clientCredentials(provider, 'orders'))
  expect(made.status).toBe(201)
  await broker.end('SIGTERM')
  const exchange = broker.stdout().match(/^.* exchange .*$/gm)
  expect(exchange).toEqual([
    expect.stringMatching(/^\d\d:\d\d:\d\d info {2}exchange credential=orders .*trigger=create kind=\w+/),
  ])
})

test('a format that is none is named when it starts', async () => {
  await expect(start({ BURSAR_LOG_FORMAT: 'yaml' })).rejects.toThrow(/BURSAR_LOG_FORMAT/)
})
