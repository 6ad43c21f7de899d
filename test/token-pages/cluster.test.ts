import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { startTestBroker, type TestBroker, temporaryFolder } from '../broker.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { type TokenPages, tokenPages } from './pages.ts'

let postgres: PostgresServer
let brokers: [TestBroker, TestBroker]
let here: TokenPages
let there: TokenPages

const client = { client_id: 'kiosk', client_secret: 'a-client-secret' }
const request = { grant_type: 'client_credentials', ...client }

beforeAll(async () => {
  postgres = await startPostgres()
  const folders = [await temporaryFolder(), await temporaryFolder()] as const
  const env = {
    BURSAR_DATABASE_URL: await postgres.createDatabase(),
    BURSAR_KEYRING: `file:${join(folders[0], 'keyring.json')}`,
    BURSAR_PUBLIC_URL: 'https://broker.example.com',
  }
  const first = await startTestBroker({ dataDir: folders[0], env })
  brokers = [first, await startTestBroker({ dataDir: folders[1], env })]
  here = tokenPages(brokers[0])
  there = tokenPages(brokers[1])
  await here.make('/v1/signing-keys', { name: 'key', algorithm: 'EdDSA' })
  await here.make('/v1/app-pages', { name: 'shop', signing_key: 'key', audience: 'https://api.example.com' })
  await here.make('/v1/app-pages/shop/apps', client)
})
afterAll(async () => {
  for (const broker of brokers ?? []) await broker.close()
  await postgres?.stop()
})

const tokenAt = async (pages: TokenPages) => (await pages.form('shop', request)).json.access_token as string

test('what one node issues another verifies, and both show the same keys', async () => {
  expect((await there.verify('shop', await tokenAt(here))).json.active).toBe(true)
  expect((await here.verify('shop', await tokenAt(there))).json.active).toBe(true)
  const sets = await Promise.all(
    [here, there].map(async (pages) => (await pages.ask('/.well-known/jwks.json')).text),
  )
  expect(sets[0]).toBe(sets[1])
})

test('a JWT that is revoked at one node soon does not hold at the other', async () => {
  const token = await tokenAt(there)
  expect((await there.verify('shop', token)).json.active).toBe(true)
  await here.make('/v1/app-pages/shop/revocations', { token })
  expect((await here.verify('shop', token)).json.reason).toBe('jwt.revoked')
  await awaitUntil(
    'the other node refuses',
    async () => (await there.verify('shop', token)).json.active === false,
    5,
  )
})

test('a key that is rotated at one node soon signs at the other', async () => {
  const before = await tokenAt(there)
  await here.admin('POST', '/v1/signing-keys/key/rotate', { activate_in_seconds: 0, overlap_seconds: 0 })
  await awaitUntil(
    'the other refuses what the old key signed',
    async () => !(await there.verify('shop', before)).json.active,
    5,
  )
  expect((await here.verify('shop', await tokenAt(there))).json.active).toBe(true)
})

test('an app that is switched off at one node soon gets nothing at the other', async () => {
  await tokenAt(there)
  await here.admin('PATCH', '/v1/app-pages/shop/apps/kiosk', { enabled: false })
  await awaitUntil(
    'the other node refuses',
    async () => (await there.form('shop', request)).status === 401,
    5,
  )
})

test('rows of both nodes stand in the same tables, read page by page', async () => {
  await here.ask('/apps/shop/token')
  const rows = await awaitUntil('rows of both', async () => {
    const found = await there.rows('shop', 'requests')
    return found.length >= 5 && found
  })
  const seen: unknown[] = []
  let cursor = ''
  do {
    const { body } = await there.admin('GET', `/v1/app-pages/shop/requests?limit=2${cursor}`)
    seen.push(...(body.items as Array<{ id: string }>).map(({ id }) => id))
    cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`
  } while (cursor !== '')
  expect(new Set(seen).size).toBe(seen.length)
  expect(rows.map(({ id }) => id).every((id) => seen.includes(id))).toBe(true)
})
