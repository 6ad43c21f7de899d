import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { consoleClient } from './browser-client.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const children = new Set<ChildProcess>()
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

function start(...flags: string[]): { child: ChildProcess; output: () => string } {
  const child = spawn(
    process.execPath,
    ['packages/cli/src/main.ts', 'serve', '--demo', '--port', '0', ...flags],
    { cwd: ROOT, env: { PATH: process.env.PATH, HOME: process.env.HOME }, stdio: ['ignore', 'pipe', 'pipe'] },
  )
  children.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
    })
  }
  return { child, output: () => output }
}

test('a demonstration shows credentials in every state, callers and traffic, and leaves nothing behind', async () => {
  const { child, output } = start()
  const url = await awaitUntil(
    'it listens',
    () => /"event":"listening","url":"([^"]+)"/.exec(output())?.[1],
    60,
  )
  const [, link] = /"event":"console_link","url":"[^"#]+#link=([^"]+)"/.exec(output())!
  const client = consoleClient(url)
  expect((await client.call('POST', '/v1/session', { link })).status).toBe(201)

  const overview = await awaitUntil('there is traffic', async () => {
    const { body } = await client.call('GET', '/v1/overview')
    return body.traffic.hour.requests > 12 && body.traffic.hour.refused > 0 && body
  })
  expect(overview.credentials.total).toBeGreaterThanOrEqual(12)
  expect(Object.keys(overview.credentials.by_status).sort()).toEqual([
    'active',
    'broken',
    'degraded',
    'needs_sign_in',
    'paused',
    'pending',
  ])
  expect(overview.traffic.hour.latency_ms).not.toBeNull()
  expect(overview.setup.done).toBe(true)
  expect((await client.call('GET', '/v1/callers')).body.items.length).toBeGreaterThanOrEqual(4)
  expect((await client.call('GET', '/v1/audit')).body.items.length).toBeGreaterThan(10)
  const display = await awaitUntil(
    'one is refreshing',
    async () => {
      const { body } = await client.call('GET', '/v1/credentials')
      const shown: string[] = body.items.map((item: { display_status: string }) => item.display_status)
      return shown.includes('refreshing') && shown
    },
    60,
  )
  expect(display).toContain('active')

  const settings = (await client.call('GET', '/v1/settings')).body.items
  const folder = settings.find(({ name }: { name: string }) => name === 'dataDir').value
  expect(existsSync(folder)).toBe(true)
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect((await ended)[0]).toBe(0)
  expect(existsSync(folder)).toBe(false)
})

test('a demonstration does not touch data that somebody keeps', async () => {
  const { child, output } = start('--data-dir', '/nowhere')
  const [code] = await once(child, 'close')
  expect([code, output()]).toEqual([2, expect.stringContaining('--data-dir does not go with --demo')])
})
