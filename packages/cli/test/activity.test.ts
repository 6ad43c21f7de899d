import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { startBroker } from './server.ts'

const { bursar } = await startBroker()
const folder = mkdtempSync(join(tmpdir(), 'bursar-activity-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Answers what its path says. */
const server = createServer((request, response) => {
  const status = Number(/\d+/.exec(request.url!)?.[0] ?? 200)
  request.resume().on('end', () => response.writeHead(status).end('{"discount":10}'))
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

const file = (name: string, content: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const config = (execute: object, configurationArguments = {}) => ({
  workflowApiVersion: '1.1',
  type: 'REST',
  arguments: { execute: { url: `${base}/execute`, ...execute } },
  configurationArguments,
})

test('an activity is registered, listed, shown, published, run, stopped and deleted', async () => {
  const registered = await bursar(['activity', 'register', 'plain', '-f', file('plain.json', config({}))])
  expect(registered).toMatchObject({ code: 0, stderr: '' })
  expect((await bursar(['activity', 'list'])).stdout).toMatch(/^plain +draft +REST +–/m)
  const early = await bursar(['activity', 'execute', 'plain', '-f', '-'], { stdin: '{"key":"a"}' })
  expect(early.code).toBe(1)
  expect(early.stderr).toContain('bursar activity publish plain')
  expect((await bursar(['activity', 'publish', 'plain'])).stdout).toMatch(/^status +published$/m)
  const one = await bursar(['activity', 'execute', 'plain', '-f', '-', '--json'], { stdin: '{"key":"a"}' })
  expect(JSON.parse(one.stdout)).toEqual({
    contactKey: 'a',
    status: 'sent',
    outArguments: { discount: 10 },
    attempts: 1,
  })
  const stream = await bursar(['activity', 'run', 'plain', '-f', '-'], {
    stdin: '{"key":"a"}\n{"key":"b"}\n',
  })
  expect(stream.code).toBe(0)
  expect(stream.stdout.trim().split('\n')).toHaveLength(2)
  const run = /^run (\S+): 2 sent$/m.exec(stream.stderr)![1]!
  expect((await bursar(['activity', 'runs', 'plain'])).stdout).toContain(`${run}  finished  2      2 sent`)
  // One that has come to its end stays as it is.
  expect((await bursar(['activity', 'stop-run', 'plain', run])).stdout).toContain(`${run}  finished`)
  expect((await bursar(['activity', 'stop-run', 'plain', 'nobody'])).code).toBe(3)
  expect((await bursar(['activity', 'results', 'plain', run])).stdout.trim().split('\n')).toHaveLength(2)
  const again = await bursar(['activity', 'run', 'plain', '-f', '-', '--resume', run], { stdin: '' })
  expect(again).toMatchObject({ code: 1, stdout: '' })
  expect((await bursar(['activity', 'stop', 'plain'])).stdout).toMatch(/^status +stopped$/m)
  expect((await bursar(['activity', 'delete', 'plain'])).code).toBe(0)
  expect((await bursar(['activity', 'get', 'plain'])).code).toBe(3)
})

test('what keeps an activity from being published is said with its place, and the exit code tells', async () => {
  const securityOptions = { securityType: 'securityContext', securityContextKey: 'nobody' }
  const unready = config({ securityOptions })
  const registered = await bursar(['activity', 'register', 'unready', '-f', file('unready.json', unready)])
  expect(registered.code).toBe(0)
  expect(registered.stderr).toContain('/arguments/execute/securityOptions/securityContextKey')
  expect((await bursar(['activity', 'publish', 'unready'])).code).toBe(1)
  const failing = config({}, { validate: { url: `${base}/500` } })
  await bursar(['activity', 'register', 'unready', '--replace', '-f', file('failing.json', failing)])
  const blocked = await bursar(['activity', 'publish', 'unready'])
  expect(blocked.code).toBe(6)
  expect(blocked.stderr).toContain('/configurationArguments/validate')
  const wrong = await bursar([
    'activity',
    'register',
    'wrong',
    '-f',
    file('wrong.json', config({ timeout: 1 })),
  ])
  expect(wrong.code).toBe(2)
  expect(wrong.stderr).toContain('/config/arguments/execute/timeout')
  expect((await bursar(['activity', 'register', 'wrong'])).code).toBe(2)
})

test('contacts that the activity refuses end execute with 6, and are told apart in a run', async () => {
  const refusing = config({ url: `${base}/422` })
  await bursar(['activity', 'register', 'refusing', '-f', file('refusing.json', refusing)])
  await bursar(['activity', 'publish', 'refusing'])
  const one = await bursar(['activity', 'execute', 'refusing', '-f', '-'], { stdin: '{"key":"a"}' })
  expect(one.code).toBe(6)
  expect(one.stdout).toMatch(/^reason +answer.status: The activity answered 422.$/m)
  const stream = await bursar(['activity', 'run', 'refusing', '-f', '-'], { stdin: '{"key":"a"}\nbroken\n' })
  expect(stream.code).toBe(6)
  expect(stream.stderr).toMatch(/: 1 ejected, 1 invalid$/m)
})

test('a security context is made from a file or standard input, and no answer shows its secret', async () => {
  const body = {
    name: 'Orders',
    externalKey: 'Orders 1',
    grantType: 'Client Credentials',
    tokenEndpoint: `${base}/token`,
    clientId: 'orders',
    clientSecret: 'canary-of-a-context',
    validServiceUrls: [`${base}/execute`],
  }
  const made = await bursar(['security-context', 'create', '-f', '-'], { stdin: JSON.stringify(body) })
  expect(made.stdout).toMatch(/^external key +Orders 1$/m)
  expect(made.stdout + made.stderr).not.toContain('canary')
  // The endpoint answers 200 without a token.
  expect(made.code).toBe(6)
  expect((await bursar(['security-context', 'list'])).stdout).toMatch(
    /^Orders 1 +Orders +client_credentials/m,
  )
  const patch = file('patch.yaml', 'validServiceUrls:\n  - https://a.example.com/\n')
  const changed = await bursar(['security-context', 'update', 'Orders 1', '-f', patch])
  expect(changed.stdout).toMatch(/^service URLs +https:\/\/a.example.com\/$/m)
  expect((await bursar(['security-context', 'delete', 'Orders 1'])).code).toBe(0)
  expect((await bursar(['security-context', 'get', 'Orders 1'])).code).toBe(3)
})

test('a Salt key is imported or made, listed without its bytes, rotated and deleted', async () => {
  const mine = `0x${'c0ffee11'.repeat(8)}`
  const imported = await bursar(
    ['salt-key', 'create', 'Orders/1', '--name', 'Orders', '--key-from', 'env:SALT'],
    { env: { SALT: mine } },
  )
  expect(imported).toMatchObject({ code: 0, stderr: '' })
  expect(imported.stdout).toMatch(/^Orders\/1 +Orders +32 /m)
  const made = await bursar(['salt-key', 'create', 'made'])
  expect(made.stdout).toMatch(/^0x[0-9a-f]{64}\n$/)
  const next = await bursar(['salt-key', 'rotate', 'made', '--json'])
  expect(JSON.parse(next.stdout)).toMatchObject({ externalKey: 'made', bytes: 32 })
  expect(JSON.parse(next.stdout).key).not.toBe(made.stdout.trim())
  const rotated = await bursar(['salt-key', 'rotate', 'Orders/1', '--key-from', '-'], {
    stdin: `0x${'c0ffee22'.repeat(4)}\n`,
  })
  expect(rotated.stdout).toMatch(/^Orders\/1 +Orders +16 /m)
  const shown = [
    await bursar(['salt-key', 'list']),
    await bursar(['salt-key', 'list', '--json']),
    await bursar(['salt-key', 'get', 'Orders/1', '--json']),
  ]
  expect(shown[0]!.stdout).toMatch(/^made +made +32 /m)
  for (const { stdout, stderr } of [imported, rotated, ...shown])
    expect(stdout + stderr).not.toMatch(/c0ffee/i)
  expect((await bursar(['salt-key', 'delete', 'Orders/1'])).code).toBe(0)
  expect((await bursar(['salt-key', 'get', 'Orders/1'])).code).toBe(3)
})

test('a Salt key never stands in the arguments, and one that is none is refused without being repeated', async () => {
  const argument = await bursar(['salt-key', 'create', 'wrong', '--key-from', '0xcanary'])
  expect(argument).toMatchObject({ code: 2, stdout: '' })
  const malformed = await bursar(['salt-key', 'create', 'wrong', '--key-from', '-'], { stdin: 'canary' })
  expect(malformed).toMatchObject({ code: 2, stdout: '' })
  expect(malformed.stderr).toContain('/key')
  expect(argument.stderr + malformed.stderr).not.toContain('canary')
  expect((await bursar(['salt-key', 'rotate', 'nobody'])).code).toBe(3)
})
