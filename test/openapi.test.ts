import { gunzipSync } from 'node:zlib'
import { request } from 'undici'
import { afterAll, expect, test } from 'vitest'
import { startTestBroker } from './broker.ts'

const broker = await startTestBroker()
afterAll(() => broker.close())

/** Nothing is unpacked or added on the way, as `fetch` would do it. */
async function get(headers: Record<string, string> = {}, method: 'GET' | 'HEAD' = 'GET') {
  const answer = await request(`${broker.url}/openapi.json`, { method, headers })
  return {
    status: answer.statusCode,
    headers: answer.headers as Record<string, string>,
    bytes: Buffer.from(await answer.body.arrayBuffer()),
  }
}

test('/openapi.json comes plain to those who name no coding, and packed to those who take gzip', async () => {
  const [plain, packed] = [await get(), await get({ 'Accept-Encoding': 'br, gzip' })]
  expect([plain.status, plain.headers['content-encoding']]).toEqual([200, undefined])
  expect([packed.status, packed.headers['content-encoding']]).toEqual([200, 'gzip'])
  expect(gunzipSync(packed.bytes)).toEqual(plain.bytes)
  expect(packed.bytes.length).toBeLessThan(plain.bytes.length / 8)
  for (const { headers, bytes } of [plain, packed]) {
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(bytes.length),
      'cache-control': 'no-cache',
      vary: 'Accept-Encoding',
      'x-content-type-options': 'nosniff',
    })
  }
  expect(JSON.parse(plain.bytes.toString()).openapi).toBe('3.1.1')
  const refused = await get({ 'Accept-Encoding': 'gzip;q=0' })
  expect(refused.headers['content-encoding']).toBeUndefined()
})

test('its ETag is strong and of one coding; whoever has that copy is told so without it', async () => {
  const [plain, packed] = [await get(), await get({ 'Accept-Encoding': 'gzip' })]
  const [ofPlain, ofPacked] = [plain.headers.etag!, packed.headers.etag!]
  expect(ofPlain).toMatch(/^"[\w-]{27}"$/)
  expect(ofPacked).not.toBe(ofPlain)
  for (const known of [ofPlain, `W/${ofPlain}`, `"other", ${ofPlain}`, '*']) {
    const again = await get({ 'If-None-Match': known })
    expect([known, again.status, again.bytes.length]).toEqual([known, 304, 0])
    expect(again.headers).toMatchObject({
      etag: ofPlain,
      vary: 'Accept-Encoding',
      'cache-control': 'no-cache',
    })
  }
  const stillPacked = await get({ 'If-None-Match': ofPacked, 'Accept-Encoding': 'gzip' })
  expect(stillPacked.status).toBe(304)
  for (const unknown of [ofPacked, '"other"', ofPlain.replaceAll('"', '')]) {
    expect((await get({ 'If-None-Match': unknown })).status).toBe(200)
  }
  const head = await get({}, 'HEAD')
  expect([head.status, head.headers.etag, head.bytes.length]).toEqual([200, ofPlain, 0])
})

test('everything else of the API is kept by nobody', async () => {
  const { headers } = await broker.api.call('GET', '/v1/status')
  expect([headers.get('cache-control'), headers.get('etag')]).toEqual(['no-store', null])
})
