import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { type OddProvider, startOddProvider } from './odd-provider.ts'

const page = readFileSync(join(import.meta.dirname, '../../docs/recipes-templates.md'), 'utf8')

/** A section with a credential, the request that it leads to, and an answer. */
const EXAMPLES = page
  .split(/^## /m)
  .map((section) => ({
    title: section.split('\n', 1)[0]!,
    blocks: [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(([, , text]) => text!),
  }))
  .filter(({ blocks }) => blocks.length > 0)

let broker: TestBroker
let provider: OddProvider

beforeAll(async () => {
  broker = await startTestBroker()
  provider = await startOddProvider()
})
afterAll(async () => {
  await broker?.close()
  await provider?.close()
})

/** The hosts of the page are one server here. */
const localised = (text: string) =>
  text
    .replaceAll(/https:\/\/(\{\{ authData\.\w+ \}\})\.example\.com/g, `${provider.url}/$1`)
    .replaceAll('https://login.example.com', provider.url)

describe('docs/recipes-templates.md', () => {
  test('has examples', () => expect(EXAMPLES.length).toBeGreaterThan(4))

  test.each(EXAMPLES)('is right about: $title', async ({ blocks }) => {
    expect(blocks).toHaveLength(3)
    const [credential, request, answer] = blocks as [string, string, string]
    provider.answer(() => ({ headers: { 'X-Session': 'of-a-header' }, body: JSON.parse(answer) }))
    const { body, text } = await broker.api.create(JSON.parse(localised(credential)))
    expect(body.status, text).toBe('active')
    expect(body.token?.expires_at).not.toBeNull()
    const [head, ...sentBody] = request.trimEnd().split('\n\n')
    const [line, ...headers] = head!.split('\n')
    const { method, url, headers: sent, body: wire } = provider.last()
    expect(`${method} ${url}`).toBe(line)
    for (const [name, value] of headers.map((header) => header.split(': '))) expect(sent[name!]).toBe(value)
    expect(wire).toBe(sentBody.join('\n\n'))
  })
})
