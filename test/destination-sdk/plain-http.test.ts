import { expect, onTestFinished, test } from 'vitest'
import { startTestBroker } from '../broker.ts'
import { changed, LIST, openDoor } from './door.ts'
import { example } from './examples.ts'

async function start(env: Record<string, string>) {
  const broker = await startTestBroker({ env })
  onTestFinished(() => broker.close())
  return { door: openDoor(broker), broker }
}
const https = () => example('code', 'https://partner.example.com')

test('a configuration whose URLs are plain http is refused, each by its pointer, and nothing is made', async () => {
  const { door, broker } = await start({ BURSAR_OUTBOUND_INSECURE_HTTP: '' })
  const refusal = await door.refusal(
    changed(https(), {
      authorizationUrl: 'http://partner.example.com/authorize',
      accessTokenUrl: 'HTTP://partner.example.com/token',
    }),
  )
  expect(refusal).toMatchObject({
    [`${LIST}/0/authorizationUrl`]: 'url.insecure',
    [`${LIST}/0/accessTokenUrl`]: 'url.insecure',
  })
  expect((await broker.api.call('GET', '/v1/providers')).body.items).toEqual([])
})

test('the same with https is taken, and a scope that looks like a URL is no URL', async () => {
  const { door } = await start({ BURSAR_OUTBOUND_INSECURE_HTTP: '' })
  const { status } = await door.create(
    changed(https(), { scope: ['http://partner.example.com/scopes/read'] }),
  )
  expect(status).toBe(200)
})

test('with the setting for development plain http is taken', async () => {
  const { door } = await start({ BURSAR_OUTBOUND_INSECURE_HTTP: 'loopback' })
  expect((await door.create(example('code', 'http://127.0.0.1:9'))).status).toBe(200)
})
