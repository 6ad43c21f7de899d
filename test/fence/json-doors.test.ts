import { readdirSync, readFileSync } from 'node:fs'
import { companyOf } from '@bursar/broker/operations/reactor/companies.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { clientCredentials } from './credentials.ts'
import { type Recorder, startRecorder } from './recorder.ts'

const VECTORS = new URL('../../packages/broker/test/vectors/', import.meta.url)
const SUITE = new URL('JSONTestSuite/test_parsing/', VECTORS)
const files = readdirSync(SUITE)
const bytesOf = (file: string) => new Uint8Array(readFileSync(new URL(encodeURIComponent(file), SUITE)))
const naughty = JSON.parse(readFileSync(new URL('blns.json', VECTORS), 'utf8')) as string[]

let broker: TestBroker
let recorder: Recorder

beforeAll(async () => {
  recorder = await startRecorder()
  recorder.answer = () => answering('{"access_token":"a","expires_in":3600}')
  broker = await startTestBroker()
  await broker.api.create(base('kept'))
  await broker.api.call('POST', '/v1/providers', { name: 'kept', recipe: recipe() })
})
afterAll(async () => {
  await broker?.close()
  await recorder?.close()
})

const recipe = (more: Record<string, unknown> = {}) => ({
  grant: 'client_credentials',
  token_url: `http://127.0.0.1:${recorder.port}/token`,
  client_id: 'client',
  ...more,
})
const base = (name: string, more: Record<string, unknown> = {}) => clientCredentials(name, recipe(more))

function answering(body: Uint8Array | string): string {
  const text = Buffer.from(body).toString('latin1')
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`
}

/** Everything that a refused call could have changed. */
async function everything(): Promise<unknown> {
  const lists = ['/v1/credentials?limit=500', '/v1/providers', '/v1/callers', '/v1/audit?limit=500']
  const read = await Promise.all(lists.map((path) => broker.api.call('GET', path)))
  // When a key was last used is not part of what it may change.
  return read.map(({ text }) => text.replaceAll(/"last_used_at":("[^"]*"|null)/g, ''))
}

const JSON_API = { 'Content-Type': 'application/vnd.api+json' }

const DOORS: ReadonlyArray<readonly [method: string, path: string, headers: Record<string, string>]> = [
  ['POST', '/v1/credentials', {}],
  ['PATCH', '/v1/credentials/kept', {}],
  ['POST', '/v1/validate', {}],
  ['POST', '/v1/explain', {}],
  ['POST', '/v1/providers', {}],
  ['PUT', '/v1/providers/kept', {}],
  ['POST', '/v1/callers', {}],
  ['POST', `/reactor/companies/${companyOf('default').id}/properties`, JSON_API],
]

describe.each(DOORS)('%s %s', (method, path, headers) => {
  test('takes no text of JSONTestSuite that is no JSON, and none makes it fail', async () => {
    const before = await everything()
    const accepted: string[] = []
    await atOnce(files, async (file) => {
      const { status } = await broker.api.call(method, path, undefined, {
        raw: bytesOf(file),
        headers,
      })
      expect([400, 200, 201, 422], file).toContain(status)
      if (file.startsWith('n_')) expect([file, status]).toEqual([file, 400])
      if (status < 300) accepted.push(file)
    })
    // An empty object is a patch that changes nothing; all else is no document of ours.
    if (method === 'PATCH')
      expect(accepted.every((file) => /object_empty|BOM_empty|structure_.*/.test(file))).toBe(true)
    else expect(accepted).toEqual([])
    if (method !== 'PATCH') expect(await everything()).toEqual(before)
  })

  test('takes naughty strings anywhere without failing', async () => {
    await atOnce(naughty, async (text, nth) => {
      const bodies = [
        text,
        [text],
        { [text]: text },
        { ...base(`n${nth}`), labels: { naughty: text } },
        { ...base(`n${nth}`), secrets: { client_secret: text } },
        {
          name: text,
          recipe: { grant: text, [text]: text },
          secrets: { [text]: text },
          scopes: [text],
          title: text,
        },
        { credential: text, url: `https://a.test/${text}`, method: text },
        { data: { type: 'properties', attributes: { name: text, [text]: text } } },
        { data: { type: text, id: text, relationships: { [text]: { data: text } } } },
      ]
      // One shape after the other: all of them at every string would tell no more.
      const body = bodies[nth % bodies.length]
      const { status, body: problem } = await broker.api.call(method, path, body, { headers })
      expect([200, 201, 400, 403, 404, 409, 422], `${JSON.stringify(body)} ${problem.detail}`).toContain(
        status,
      )
    })
  })
})

describe('an answer of a token endpoint', () => {
  /** How each of these answers is judged, on trial: nothing is kept of it. */
  async function judge(answers: ReadonlyArray<Uint8Array | string>) {
    recorder.answer = ({ target }) => answering(answers[Number(target.split('/').at(-1))]!)
    return atOnce(answers, async (_answer, nth) => {
      const token_url = `http://127.0.0.1:${recorder.port}/token/${nth}`
      const { status, body, text } = await broker.api.call('POST', '/v1/validate', base('x', { token_url }))
      expect(status, text).toBe(200)
      return { kind: body.kind, text }
    })
  }

  test('that is not JSON makes no token, whatever JSONTestSuite calls it', async () => {
    const judged = await judge(files.map(bytesOf))
    for (const [nth, { kind }] of judged.entries())
      expect([files[nth], kind]).toEqual([files[nth], expect.stringMatching(/^(unreadable|refused)$/)])
  })

  test('with a broken part in it or behind it makes no token', async () => {
    const broken = files
      .filter((file) => file.startsWith('n_'))
      .map((file) => Buffer.from(bytesOf(file)).toString('latin1'))
      .filter((text) => text.length < 1000)
      .flatMap((text) => [
        `{"access_token":"never-a-token","x":${text}}`,
        `{"access_token":"never-a-token","expires_in":3600}${text}`,
      ])
      // Blanks and a byte order mark may stand behind it.
      .filter((text) => !isJson(text))
    for (const [nth, { kind, text }] of (
      await judge(broken.map((each) => Buffer.from(each, 'latin1')))
    ).entries()) {
      expect([broken[nth], kind]).toEqual([broken[nth], 'unreadable'])
      expect(text).not.toContain('never-a-token')
    }
  })

  test('with naughty strings as a token makes one that stands in a header, or none', async () => {
    const judged = await judge(
      naughty.map((text) =>
        JSON.stringify({
          access_token: text,
          token_type: text,
          scope: text,
          refresh_token: text,
          expires_in: text,
        }),
      ),
    )
    for (const [nth, { kind }] of judged.entries())
      if (kind === 'token') expect(naughty[nth]).toMatch(/^[\x21-\x7e]+$/)
  })
})

/** Some at a time: one after the other would only wait. */
async function atOnce<T, R>(all: readonly T[], run: (each: T, nth: number) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let from = 0; from < all.length; from += 16)
    results.push(...(await Promise.all(all.slice(from, from + 16).map((each, nth) => run(each, from + nth)))))
  return results
}

function isJson(latin1: string): boolean {
  try {
    JSON.parse(Buffer.from(latin1, 'latin1').toString().trim())
    return true
  } catch {
    return false
  }
}
