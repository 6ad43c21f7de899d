import { cpSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { copyFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { type Ended, bursar as run } from '../packages/cli/test/bursar.ts'
import { awaitUntil } from './await-until.ts'
import { endBrokerProcesses, startBrokerProcess, startTestBroker, temporaryFolder } from './broker.ts'
import { clientCredentials, type Provider, refreshing, rotatingFamily, startProvider } from './provider.ts'

let provider: Provider
let folder: string
beforeEach(async () => {
  provider = await startProvider()
  folder = await temporaryFolder()
})
afterEach(() => provider.close())
afterAll(endBrokerProcesses)

const backup = (dataDir: string, to: string, env: Record<string, string> = {}): Promise<Ended> =>
  run(['backup', to, '--json'], { env: { BURSAR_DATA_DIR: dataDir, ...env } })

/** As docs/operations.md says it: the files of the backup, and the key ring, into an empty data folder. */
async function restore(from: string, keyring: string): Promise<string> {
  const dataDir = await temporaryFolder()
  cpSync(from, dataDir, { recursive: true })
  await copyFile(keyring, join(dataDir, 'keyring.json'))
  return dataDir
}

test('is made while the server works, and what is restored serves every token of that moment', async () => {
  const dataDir = join(folder, 'data')
  const node = await startBrokerProcess(dataDir)
  const names = Array.from({ length: 8 }, (_, i) => `crm-${i}`)
  for (const name of names) await node.api.create(clientCredentials(provider, name))
  let isDone = false
  const work = names.map(async (name) => {
    while (!isDone) expect((await node.api.exchange(name)).body.kind).toBe('token')
  })
  const to = join(folder, 'backups', 'today')
  const made = await backup(dataDir, to)
  isDone = true
  await Promise.all(work)
  await node.end('SIGKILL')

  expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('key ring') })
  expect(JSON.parse(made.stdout)).toEqual({
    folder: to,
    bytes: statSync(join(to, 'bursar.db')).size,
    spooled: 0,
    keyring: `file:${join(dataDir, 'keyring.json')}`,
  })
  expect(readdirSync(to).toSorted()).toEqual(['bursar.db', 'spool'])
  expect([statSync(to).mode & 0o777, statSync(join(to, 'bursar.db')).mode & 0o777]).toEqual([0o700, 0o600])

  const asked = provider.calls.length
  const again = await startTestBroker({ dataDir: await restore(to, join(dataDir, 'keyring.json')) })
  for (const name of names) {
    const { status, body } = await again.api.token(name)
    expect([status, body.access_token]).toEqual([200, expect.stringMatching(/^token-\d+$/)])
    expect((await again.api.call('GET', `/v1/credentials/${name}/exchanges`)).body.items.length).toBe(
      body.version,
    )
  }
  expect(provider.calls.length).toBe(asked)
  expect((await again.api.call('GET', '/v1/audit/verification')).body).toMatchObject({ intact: true })
  // What was under way at that moment is under a lease still.
  again.clock.advance(300)
  expect((await again.api.exchange(names[0]!)).body.kind).toBe('token')
  await again.close()
})

test('holds an answer that waits on disk for the database', async () => {
  const family = rotatingFamily()
  provider.behave(family.behaviour)
  const broker = await startTestBroker()
  await broker.api.create(refreshing(provider, 'crm', family.first))
  const writer = new DatabaseSync(join(broker.dataDir, 'bursar.db'))
  provider.behave((call, response) => {
    // From here on nobody else writes.
    writer.exec('BEGIN IMMEDIATE')
    return family.behaviour(call, response)
  })
  const exchange = broker.api.exchange('crm')
  const spool = join(broker.dataDir, 'spool')
  await awaitUntil('the answer is on disk', async () =>
    (await readdir(spool)).some((name) => name.endsWith('.json')),
  )
  const to = join(folder, 'backup')
  expect(JSON.parse((await backup(broker.dataDir, to)).stdout)).toMatchObject({ spooled: 1 })
  writer.exec('ROLLBACK')
  writer.close()
  await exchange
  await broker.stop()

  provider.behave(family.behaviour)
  const again = await startTestBroker({ dataDir: await restore(to, join(broker.dataDir, 'keyring.json')) })
  await awaitUntil('it is in the database', async () => (await again.api.token('crm')).body.version === 2)
  expect((await again.api.token('crm')).body.access_token).toBe('access-2')
  expect((await again.api.exchange('crm')).body.kind).toBe('token')
  expect([family.reused(), family.alive()]).toEqual([0, true])
  await again.close()
  await broker.close()
})

test('is refused with what to do, and leaves nothing behind', async () => {
  const dataDir = join(folder, 'data')
  const node = await startBrokerProcess(dataDir)
  const taken = join(folder, 'taken')
  mkdirSync(taken)
  const database = { BURSAR_DATABASE_URL: 'postgres://bursar@127.0.0.1:9/bursar' }
  for (const [from, to, env, said] of [
    [dataDir, taken, {}, /something at this path already.*\nhint: Name a new folder/],
    [join(folder, 'empty'), join(folder, 'new'), {}, /no embedded database.*\nhint: .*BURSAR_DATA_DIR/],
    [dataDir, join(folder, 'new'), database, /PostgreSQL.*\nhint: pg_dump/],
    [dataDir, join(folder, 'new'), { BURSAR_PORT: 'x' }, /BURSAR_PORT.*whole number/],
  ] as const) {
    const { code, stdout, stderr } = await backup(from, to, env)
    expect([code, stdout, stderr]).toEqual([2, '', expect.stringMatching(said)])
  }
  const broken = join(folder, 'broken')
  mkdirSync(broken)
  cpSync(join(dataDir, 'keyring.json'), join(broken, 'bursar.db'))
  const unsound = await backup(broken, join(folder, 'new'))
  expect([unsound.code, unsound.stderr]).toEqual([1, expect.stringMatching(/was not made: .*not a database/)])
  expect(readdirSync(folder).toSorted()).toEqual(['broken', 'data', 'taken'])
  expect(existsSync(join(taken, 'bursar.db'))).toBe(false)
  await node.end('SIGTERM')
})
