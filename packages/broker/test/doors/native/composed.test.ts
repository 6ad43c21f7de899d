import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { credentialPage } from '@bursar/domain/api/routes/credentials.ts'
import { credential } from '@bursar/domain/api/wire/credential.ts'
import { problem } from '@bursar/domain/api/wire/problem.ts'
import { afterAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/server/clock.ts'
import { startBroker } from '../../../src/server/compose.ts'
import { createLog } from '../../../src/server/log.ts'
import { loadSettings } from '../../../src/server/settings.ts'

const KEY = 'bsr_admin_0a1b2c3d4e5f'
const CANARY = 'canary-of-the-door-41c7'
const dataDir = mkdtempSync(join(tmpdir(), 'bursar-door-'))
const env = { BURSAR_DATA_DIR: dataDir, BURSAR_PORT: '0', BURSAR_ADMIN_KEY: KEY }
const broker = await startBroker(loadSettings({}, env), { clock: systemClock, env, log: createLog('silent') })
afterAll(async () => {
  await broker.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const ask = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  fetch(broker.url + path, {
    method,
    headers: {
      authorization: `Bearer ${KEY}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })

const base = {
  name: 'base',
  recipe: { grant: 'static_token' },
  secrets: { token: CANARY },
  destinations: ['https://api.example.com/v1/'],
  labels: { team: 'sales' },
}

/** A refusal that says what is wrong, in the form that the API promises, and repeats no secret. */
async function expectRefused(response: Response, about: string): Promise<string[]> {
  expect(response.status, about).toBeGreaterThanOrEqual(400)
  expect(response.status, about).toBeLessThan(500)
  expect(response.headers.get('content-type'), about).toBe('application/problem+json')
  const text = await response.text()
  expect(text).not.toContain(CANARY)
  const document = problem.parse(JSON.parse(text))
  expect(document.errors.length, about).toBeGreaterThan(0)
  return document.errors.map(({ path }) => path)
}

const countCredentials = async () =>
  ((await (await ask('GET', '/v1/credentials')).json()) as { items: unknown[] }).items.length

test('what is answered is what the schemas say, and the secret is in none of it', async () => {
  const made = await ask('POST', '/v1/credentials?wait=10', { ...base, name: 'a' })
  expect(made.status).toBe(201)
  expect(made.headers.get('location')).toBe('/v1/credentials/a')
  const list = await ask('GET', '/v1/credentials?q=SALES')
  const texts = [await made.text(), await (await ask('GET', '/v1/credentials/a')).text(), await list.text()]
  for (const text of texts) expect(text).not.toContain(CANARY)
  const [first, again, page] = texts.map((text) => JSON.parse(text))
  expect(credential.parse(first)).toEqual(first)
  expect(credential.parse(again)).toEqual(again)
  expect(credentialPage.parse(page)).toEqual(page)
  expect(first).toMatchObject({ status: 'active', token: { version: 1 } })
})

test('lists go on where the page before ended', async () => {
  for (const name of ['page-1', 'page-2', 'page-3']) await ask('POST', '/v1/credentials', { ...base, name })
  const names: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = `?q=page-&limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`
    const page = (await (await ask('GET', `/v1/credentials${query}`)).json()) as {
      items: Array<{ name: string }>
      next_cursor: string | null
    }
    names.push(...page.items.map(({ name }) => name))
    cursor = page.next_cursor
  }
  expect(names).toEqual(['page-1', 'page-2', 'page-3'])
})

describe('bad input changes nothing', () => {
  const WRONG = [null, 0, true, 'text', [], {}, [[]], { a: { b: 'c' } }, ['', ''], '\ud83d', -1e9]

  for (const member of Object.keys(base))
    test(`wrong types and unknown members in ${member}`, async () => {
      const before = await countCredentials()
      for (const value of WRONG) {
        const about = `${member}: ${JSON.stringify(value)}`
        const response = await ask('POST', '/v1/credentials', { ...base, name: 'wrong', [member]: value })
        expect(response.status, about).toBeLessThan(500)
        if (response.status === 201) {
          const { name } = (await response.json()) as { name: string }
          expect((await ask('DELETE', `/v1/credentials/${name}`)).status, about).toBe(200)
        } else for (const path of await expectRefused(response, about)) expect(path, about).toMatch(/^\//)
      }
      expect(await countCredentials()).toBe(before)
    })

  test('every body may be anything but an object', async () => {
    const calls = [
      ['POST', '/v1/credentials'],
      ['PATCH', '/v1/credentials/a'],
      ['POST', '/v1/validate'],
      ['POST', '/v1/explain'],
      ['POST', '/v1/providers'],
      ['PUT', '/v1/providers/none'],
      ['POST', '/v1/callers'],
    ] as const
    for (const [method, path] of calls)
      for (const body of ['null', '[]', '"text"', '1', 'true', '{}', '{"unknown":1}', '[1]']) {
        if (method === 'PATCH' && body === '{}') continue
        await expectRefused(await ask(method, path, body), `${method} ${path} ${body}`)
      }
  })

  test('an unknown grant, a secret in the recipe, a rule with a query: all said at once', async () => {
    const response = await ask('POST', '/v1/credentials', {
      name: 'Upper',
      recipe: { grant: 'client_credential', client_secret: CANARY },
      destinations: ['https://a.example.com/?x=1', 'nowhere'],
      colour: 'red',
    })
    expect(response.status).toBe(422)
    expect((await expectRefused(response, 'all')).toSorted()).toEqual([
      '/colour',
      '/destinations/0',
      '/destinations/1',
      '/name',
      '/recipe/client_secret',
      '/recipe/grant',
    ])
  })

  test('naughty strings never lead to a fault, wherever they stand', async () => {
    const file = new URL('../../vectors/blns.json', import.meta.url)
    for (const text of JSON.parse(readFileSync(file, 'utf8')) as string[]) {
      const encoded = encodeURIComponent(text)
      const responses = await Promise.all([
        ask('POST', '/v1/credentials', { ...base, name: text }),
        ask('POST', '/v1/credentials', {
          ...base,
          name: 'a',
          labels: { [text]: text },
          destinations: [text],
        }),
        ask('POST', '/v1/explain', { credential: 'a', url: text, method: 'GET' }),
        ask('GET', `/v1/credentials/${encoded}/exchanges`),
        ask('GET', `/v1/credentials?q=${encoded}&environment=${encoded}`),
        ask('GET', `/v1/credentials?cursor=${encoded}`),
        ask('DELETE', `/v1/callers/${encoded}`),
      ])
      for (const response of responses) {
        expect(response.status, `${response.url} ${JSON.stringify(text)}`).toBeLessThan(500)
        await response.body?.cancel()
      }
    }
  })

  test('names of every object in JavaScript are names like others', async () => {
    for (const name of ['constructor', 'prototype', 'hasownproperty', 'tostring']) {
      const made = await ask('POST', '/v1/credentials', { ...base, name, labels: { [name]: name } })
      expect(made.status, name).toBe(201)
      expect(await (await ask('GET', `/v1/credentials/${name}`)).json()).toMatchObject({
        labels: { [name]: name },
      })
    }
  })

  test('10 MB are refused with an answer', async () => {
    const response = await ask('POST', '/v1/credentials', ' '.repeat(10 * 1024 * 1024))
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ code: 'request.too_large' })
  })
})
