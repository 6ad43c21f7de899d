import { expect, test } from 'vitest'
import { bursar, start } from './bursar.ts'
import { ADMIN_KEY, startBroker, startProvider } from './server.ts'

const provider = await startProvider()
const broker = await startBroker()

test('a setting that can not be used is a matter of usage, named with its variable', async () => {
  const { code, stderr } = await bursar(['serve', '--lease-seconds', '1'], { env: { BURSAR_PORT: 'eighty' } })
  expect(code).toBe(2)
  expect(stderr).toContain('BURSAR_PORT')
  expect(stderr).toContain('--lease-seconds')
})

test('settings tell where each value is from, and no secret', async () => {
  const database = 'postgres://bursar:hunter2@db/bursar'
  const env = { BURSAR_PORT: '9000', BURSAR_DATABASE_URL: database, BURSAR_ADMIN_KEY: ADMIN_KEY }
  const { code, stdout } = await bursar(['settings', '--host', '::1', '--json'], { env })
  expect(code).toBe(0)
  expect(stdout).not.toContain('hunter2')
  expect(stdout).not.toContain(ADMIN_KEY)
  const settings = JSON.parse(stdout) as Array<{ env: string; value: string; origin: string }>
  const of = (name: string) => settings.find((setting) => setting.env === name)
  expect(of('BURSAR_HOST')).toMatchObject({ value: '::1', origin: 'flag' })
  expect(of('BURSAR_PORT')).toMatchObject({ value: '9000', origin: 'environment' })
  expect(of('BURSAR_DATA_DIR')).toMatchObject({ origin: 'default' })
})

test('connect prints where to sign in, waits, and ends when the person has come back', async () => {
  const env = { BURSAR_URL: broker.url, BURSAR_KEY: ADMIN_KEY, CRM_SECRET: 'canary-of-serve' }
  await bursar(
    [
      ...['credential', 'create', 'calendar', '--grant', 'authorization_code', '--client-id', '01d'],
      ...['--token-url', `${provider}/token`, '--authorization-url', `${provider}/authorize`],
      ...['--secret', 'client_secret=env:CRM_SECRET'],
    ],
    { env },
  )
  const child = start(['credential', 'connect', 'calendar'], { env })
  let notes = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    notes += chunk
  })
  const ended = new Promise((resolve) => child.on('close', resolve))
  const printed = await new Promise<string>((resolve) =>
    child.stdout.setEncoding('utf8').once('data', resolve),
  )
  const asked = new URL(printed.trim()).searchParams
  const back = new URL(asked.get('redirect_uri')!)
  back.searchParams.set('state', asked.get('state')!)
  back.searchParams.set('code', 'a-code')
  expect((await fetch(back)).status).toBe(200)
  expect(await ended).toBe(0)
  expect(notes).toContain('calendar is active')
})

test('SIGTERM drains and ends with 0', async () => {
  expect(await broker.stop()).toBe(0)
})
