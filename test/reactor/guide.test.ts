import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN_KEY, startTestBroker, type TestBroker } from '../broker.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const GUIDE = readFileSync(join(ROOT, 'docs/guides/event-forwarding.md'), 'utf8')
/** The commands of the third terminal: those of the first two, and where Bursar is, are given here. */
const COMMANDS = [...GUIDE.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block!).slice(3)

let broker: TestBroker
let provider: ChildProcess
let port: number

beforeAll(async () => {
  port = await freePort()
  const script = join(ROOT, 'examples/provider.ts')
  const args = [script, '--life', '86400', '--port', String(port)]
  provider = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  broker = await startTestBroker()
  await once(provider.stdout!, 'data')
})
afterAll(async () => {
  provider?.kill()
  await broker?.close()
})

const freePort = (): Promise<number> =>
  new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = server.address() as { port: number }
      server.close(() => found(free))
    })
  })

test('the guide brings an event to a server with a live token, command by command', async () => {
  expect(COMMANDS).toHaveLength(6)
  const script = COMMANDS.join('\n').replaceAll('127.0.0.1:9000', `127.0.0.1:${port}`)
  const { stdout } = await promisify(execFile)('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: ROOT,
    env: {
      PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`,
      HOME: process.env.HOME,
      BURSAR_URL: broker.url,
      BURSAR_KEY: ADMIN_KEY,
    },
  })
  const [secret, connector, component, rules, elements, build, answer] = stdout.trim().split('\n')
  expect([secret, connector, rules, elements, build]).toEqual([
    'succeeded',
    'adobe-cloud-connector',
    '1',
    '2',
    'succeeded',
  ])
  expect(component).toMatch(/^RC/)
  const { results } = JSON.parse(answer!) as { results: Array<{ status: string }> }
  expect(results.map(({ status }) => status)).toEqual(['success'])
  expect(answer).toContain('\\"hello\\":\\"crm\\"')
})

test('the guide names commands that there are', () => {
  const commands = readFileSync(join(ROOT, 'docs/cli.md'), 'utf8')
  for (const [, command] of GUIDE.matchAll(/bursar ((?:caller|credential) [a-z]+)/g)) {
    expect(commands).toContain(`\n## bursar ${command}\n`)
  }
})
