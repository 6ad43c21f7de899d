import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { request } from 'undici'
import { afterAll, expect, test } from 'vitest'
import { startTestBroker, temporaryFolder } from '../broker.ts'

const folder = await temporaryFolder()
await mkdir(join(folder, 'assets'))
const SCRIPT = `console.log(${JSON.stringify('a'.repeat(2_000))})`
await writeFile(
  join(folder, 'index.html'),
  '<!doctype html><meta property="csp-nonce" nonce="%CSP_NONCE%"><script type="module" src="/console/assets/app-1a2b3c4d.js"></script>',
)
await writeFile(join(folder, 'assets/app-1a2b3c4d.js'), SCRIPT)
await writeFile(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>')

const broker = await startTestBroker({ env: { BURSAR_CONSOLE_DIR: folder } })
const unbuilt = await startTestBroker({ env: { BURSAR_CONSOLE_DIR: join(folder, 'nothing') } })
afterAll(() => Promise.all([broker.close(), unbuilt.close()]))

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(broker.url + path, { redirect: 'manual', headers })

test('a browser that asks for the root is sent to the console, a program is told what there is', async () => {
  const browser = await get('/', { Accept: 'text/html,*/*' })
  expect([browser.status, browser.headers.get('location')]).toEqual([302, '/console/'])
  expect((await get('/', { Accept: 'application/json' })).status).toBe(404)
  const bare = await get('/console')
  expect([bare.status, bare.headers.get('location')]).toEqual([308, '/console/'])
})

test('each page of the console is the same document, under a policy that loads nothing from elsewhere', async () => {
  const [first, second] = [await get('/console/'), await get('/console/credentials/sales-email?tab=token')]
  expect([first.status, second.status]).toEqual([200, 200])
  const policy = first.headers.get('content-security-policy')!
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toMatch(/unsafe|https?:|\*/)
  expect(first.headers.get('x-content-type-options')).toBe('nosniff')
  expect(first.headers.get('referrer-policy')).toBe('same-origin')
  expect(first.headers.get('cache-control')).toBe('no-store')
})

test('styles that are added at run time have a nonce that is new with each page', async () => {
  const nonceOf = async () => {
    const response = await get('/console/')
    const [, nonce] = /nonce="([\w-]{22})"/.exec(await response.text())!
    expect(response.headers.get('content-security-policy')).toContain(`style-src 'self' 'nonce-${nonce}'`)
    return nonce
  }
  expect(await nonceOf()).not.toBe(await nonceOf())
})

test('a file with a hash in its name is kept for ever, others are asked for again', async () => {
  const script = await get('/console/assets/app-1a2b3c4d.js')
  expect(script.headers.get('cache-control')).toContain('immutable')
  expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  const icon = await get('/console/favicon.svg')
  expect(icon.headers.get('cache-control')).toBe('no-cache')
  const again = await get('/console/favicon.svg', { 'If-None-Match': icon.headers.get('etag')! })
  expect(again.status).toBe(304)
})

test('what a browser can unpack is sent packed', async () => {
  const { headers, body } = await request(`${broker.url}/console/assets/app-1a2b3c4d.js`, {
    headers: { 'Accept-Encoding': 'gzip, br;q=1.0' },
  })
  expect(headers['content-encoding']).toBe('br')
  expect(brotliDecompressSync(Buffer.from(await body.arrayBuffer())).toString()).toBe(SCRIPT)
  const plain = await request(`${broker.url}/console/assets/app-1a2b3c4d.js`, {
    headers: { 'Accept-Encoding': 'br;q=0' },
  })
  expect(plain.headers['content-encoding']).toBeUndefined()
  await plain.body.dump()
})

test('no path leads out of the folder, and nothing but reading is done here', async () => {
  for (const path of [
    '/console/assets/missing.js',
    '/console/..%2f..%2fetc/passwd.txt',
    '/console/%2e%2e/package.json',
  ]) {
    expect((await get(path)).status, path).toBe(404)
  }
  expect((await fetch(`${broker.url}/console/`, { method: 'POST', body: 'x' })).status).toBe(405)
})

test('where the console is not built, page and log say how to build it, and the API works', async () => {
  const response = await fetch(`${unbuilt.url}/console/`)
  expect(response.status).toBe(503)
  expect(await response.text()).toContain('npm run build -w @bursar/console')
  expect(unbuilt.log.join('')).toContain('console_not_built')
  expect((await unbuilt.api.call('GET', '/v1/status')).status).toBe(200)
})
