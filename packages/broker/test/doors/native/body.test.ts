import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { MAX_BODY_BYTES } from '../../../src/http/body.ts'
import { JSON_PROBLEM_CODES } from '../../../src/http/json.ts'
import { openDoor } from './door.ts'
import { CANARY, KEY } from './operations.ts'

const door = await openDoor()
const vectors = new URL('../../vectors/', import.meta.url)

/** The refusal of a body, after a look that no operation saw it. */
async function refuse(body: string | Uint8Array<ArrayBuffer>, headers?: Record<string, string>) {
  const before = door.calls.length
  const response = await door.ask('POST', '/v1/credentials', body, headers)
  expect(door.calls.slice(before).map((call) => call.operation)).not.toContain('createCredential')
  const problem = (await response.json()) as {
    code: string
    detail: string
    errors: Array<{ path: string; code: string; detail: string }>
  }
  return { status: response.status, ...problem }
}

describe('JSONTestSuite', () => {
  const folder = new URL('JSONTestSuite/test_parsing/', vectors)
  /** Valid JSON that is refused on purpose: its meaning is not certain or it can not be kept. */
  const REFUSED_ON_PURPOSE: Record<string, string> = {
    'y_object_duplicated_key.json': 'json.duplicate_member',
    'y_object_duplicated_key_and_value.json': 'json.duplicate_member',
    'y_object_escaped_null_in_key.json': 'json.unkeepable_text',
    'y_string_null_escape.json': 'json.unkeepable_text',
  }
  for (const file of readdirSync(folder)) {
    test(file, async () => {
      const before = door.calls.length
      const bytes = new Uint8Array(readFileSync(new URL(encodeURIComponent(file), folder)))
      const response = await door.ask('POST', '/v1/credentials', bytes)
      const reached = door.calls.slice(before).some((call) => call.operation === 'createCredential')
      expect(response.status).toBe(reached ? 201 : 400)
      if (file in REFUSED_ON_PURPOSE)
        expect(await response.json()).toMatchObject({ errors: [{ code: REFUSED_ON_PURPOSE[file] }] })
      else if (file.startsWith('y_')) expect(reached).toBe(true)
      else if (file.startsWith('n_')) expect(reached).toBe(false)
    })
  }
})

test('naughty strings are passed on as they are, in bodies, paths and queries', async () => {
  const naughty = JSON.parse(readFileSync(new URL('blns.json', vectors), 'utf8')) as string[]
  for (const text of naughty) {
    const made = await door.ask(
      'POST',
      '/v1/credentials',
      JSON.stringify({ name: text, labels: { [text]: text } }),
    )
    if (text === '__proto__') expect(made.status).toBe(400)
    else {
      expect(made.status, JSON.stringify(text)).toBe(201)
      expect(door.calls.at(-1)!.args[1]).toEqual({ name: text, labels: { [text]: text } })
    }
    // `.` and `..` are taken out of a path by every client, before anything is sent.
    const inPath = await door.ask('GET', `/v1/credentials/${encodeURIComponent(text)}`)
    expect([200, 404, 422], JSON.stringify(text)).toContain(inPath.status)
    const inQuery = await door.ask('GET', `/v1/credentials?q=${encodeURIComponent(text)}`)
    expect([200, 422], JSON.stringify(text)).toContain(inQuery.status)
  }
})

test('a fault in the text is placed by line and column and the text is not quoted', async () => {
  const problem = await refuse(`{\n  "name": "a",\n  "secret": "${CANARY}" oops\n}`)
  expect(problem).toMatchObject({
    status: 400,
    code: 'request.malformed_json',
    errors: [{ path: '', code: 'json.malformed' }],
  })
  expect(problem.detail).toMatch(/^Line 3, column \d+: /)
  expect(JSON.stringify(problem) + door.logged()).not.toContain(CANARY)
})

test('every duplicate member is named by its pointer', async () => {
  const problem = await refuse('{"a":1,"recipe":{"x/y":1,"x/y":2},"list":[{"b":1,"\\u0062":2}],"a":2}')
  expect(problem).toMatchObject({ status: 400, code: 'request.malformed_json' })
  expect(problem.errors.map(({ path, code }) => `${code} ${path}`)).toEqual([
    'json.duplicate_member /recipe/x~1y',
    'json.duplicate_member /list/0/b',
    'json.duplicate_member /a',
  ])
})

test('members that reach for a prototype are refused', async () => {
  const problem = await refuse('{"labels":{"__proto__":{"admin":true}}}')
  expect(problem.errors).toMatchObject([{ path: '/labels/__proto__', code: 'json.reserved_member' }])
})

test('numbers that would change and text that can not be kept are refused with their path', async () => {
  const problem = await refuse(
    '{"a":9007199254740993,"b":[1e999],"c":"\\u0000","d":"\\ud800","e":0.1,"f":-5}',
  )
  expect(problem.errors.map(({ path, code }) => `${code} ${path}`)).toEqual([
    'json.inexact_number /a',
    'json.inexact_number /b/0',
    'json.unkeepable_text /c',
    'json.unkeepable_text /d',
  ])
})

test('nesting is bounded, however deep', async () => {
  for (const depth of [65, 400_000]) {
    const problem = await refuse('['.repeat(depth) + ']'.repeat(depth))
    expect(problem).toMatchObject({ status: 400, errors: [{ code: 'json.too_deep' }] })
  }
  const deepest = await door.ask('POST', '/v1/credentials', '['.repeat(64) + ']'.repeat(64))
  expect(deepest.status).toBe(201)
})

test('a body of 10 MB is refused with an answer that arrives', async () => {
  const body = new Uint8Array(10 * 1024 * 1024).fill(0x20)
  expect(await refuse(body)).toMatchObject({ status: 413, code: 'request.too_large' })
})

test('a body of 10 MB without a length is refused once it is past the limit', async () => {
  const chunk = 'a'.repeat(65_536)
  const chunks = `10000\r\n${chunk}\r\n`.repeat(MAX_BODY_BYTES / 65_536 + 1)
  const answer = await door.askRaw(
    `POST /v1/credentials HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer ${KEY}\r\n` +
      `Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`,
  )
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
})

test('a body of exactly the limit is read', async () => {
  const body = `"${'a'.repeat(MAX_BODY_BYTES - 2)}"`
  expect((await door.ask('POST', '/v1/credentials', body)).status).toBe(201)
  expect((await refuse(`${body} `)).status).toBe(413)
})

test('bytes that are not UTF-8 and bodies that are not there are 400', async () => {
  const invalid = new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])
  expect(await refuse(invalid)).toMatchObject({ status: 400, detail: 'The body is not UTF-8.' })
  expect(await refuse('')).toMatchObject({ status: 400, detail: 'The body is empty.' })
})

test('other media types are 415, with the one that is read', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1'])
    expect(await refuse('{}', { 'content-type': type })).toMatchObject({
      status: 415,
      errors: [{ path: '/header/content-type', hint: 'Send application/json, in UTF-8.' }],
    })
  const charset = await door.ask('POST', '/v1/credentials', '{}', {
    'content-type': 'Application/JSON; charset="UTF-8"',
  })
  expect(charset.status).toBe(201)
  const merge = await door.ask('PATCH', '/v1/credentials/x', '{}', {
    'content-type': 'application/merge-patch+json',
  })
  expect(merge.status).toBe(200)
})

test('docs/errors.md explains each way in which a text can be refused', () => {
  const page = readFileSync(new URL('../../../../../docs/errors.md', import.meta.url), 'utf8')
  const explained = [...page.matchAll(/^### (json\..+)$/gm)].map(([, code]) => code)
  expect(explained).toEqual([...JSON_PROBLEM_CODES])
})
