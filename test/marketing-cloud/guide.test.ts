import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryFolder } from '../broker.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const page = readFileSync(join(ROOT, 'docs/guides/custom-activity.md'), 'utf8')
const blocks = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block]) => block!.trim())
const started: ChildProcess[] = []
let folder: string
let ports: { broker: number; activity: number }
let key = ''

beforeAll(async () => {
  folder = await temporaryFolder()
  ports = { broker: await freePort(), activity: await freePort() }
})
afterAll(async () => {
  for (const child of started) {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
  }
  await rm(folder, { recursive: true, force: true })
})

/** As it stands in the guide, save for the ports, and where the project lies. */
const moved = (block: string) =>
  block
    .replaceAll('127.0.0.1:9100', `127.0.0.1:${ports.activity}`)
    .replace('node examples/activity.ts', `exec node ${ROOT}/examples/activity.ts --port ${ports.activity}`)
    .replace('npm start', `exec node ${ROOT}/packages/cli/src/main.ts serve`)
    .replaceAll('npx bursar', `node ${ROOT}/packages/cli/src/main.ts`)

function launch(block: string): ChildProcess {
  return spawn('bash', ['-c', moved(block)], {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      BURSAR_URL: `http://127.0.0.1:${ports.broker}`,
      BURSAR_PORT: String(ports.broker),
      BURSAR_DATA_DIR: join(folder, 'data'),
      ...(key && { BURSAR_KEY: key }),
    },
  })
}

/** Runs a block to its end; what it printed, and its exit code. */
async function run(block: string): Promise<{ stdout: string; stderr: string; code: number | null }> {
  const child = launch(block)
  const ended = { stdout: '', stderr: '', code: null as number | null }
  child.stdout!.on('data', (chunk) => {
    ended.stdout += chunk
  })
  child.stderr!.on('data', (chunk) => {
    ended.stderr += chunk
  })
  ;[ended.code] = (await once(child, 'close')) as [number | null]
  return ended
}

/** Starts what keeps running, and waits for its words. */
async function start(block: string, words: string): Promise<string> {
  const child = launch(block)
  started.push(child)
  let said = ''
  for await (const chunk of child.stdout!) {
    said += chunk
    if (said.includes(words)) return said
  }
  throw new Error(`It never said "${words}": ${said}`)
}

const block = (part: string): string => blocks.find((each) => each.includes(part))!

test('the commands of the guide do what it says, in order', async () => {
  expect((await run(block('openssl genrsa'))).code).toBe(0)
  await start(block('node examples/activity.ts'), 'custom activity')
  const said = await start(block('npm start'), '"listening"')
  key = JSON.parse(said.split('\n').find((line) => line.includes('"admin_key"'))!).key

  const context = await run(block('security-context create'))
  expect(context).toMatchObject({ code: 0, stderr: '' })
  expect(context.stdout).toMatch(/^status +active$/m)
  expect(context.stdout).not.toContain('PRIVATE')

  const registered = await run(block('activity register'))
  expect(registered).toMatchObject({ code: 0, stderr: '' })
  expect(registered.stdout).toMatch(/^security context +orders$/m)

  const published = await run(block('activity publish'))
  expect(published.stdout).toMatch(/^status +published$/m)
  expect(published.stdout).toMatch(/^validate +ok, 200$/m)

  const one = await run(block('activity execute'))
  expect(one.code).toBe(0)
  expect(one.stdout).toMatch(/^discount +15$/m)

  const stream = await run(block('activity run'))
  expect(stream.code).toBe(0)
  expect(stream.stderr).toMatch(/^run [0-9a-f-]+: 2 sent, 2 ejected$/m)
  const results = stream.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .toSorted((a, b) => a.line - b.line)
  expect(results.map(({ contactKey, status, attempts }) => [contactKey, status, attempts])).toEqual([
    ['003A', 'sent', 1],
    ['003B', 'ejected', 1],
    ['003C', 'ejected', 0],
    ['003D', 'sent', 1],
  ])

  const alone = await run(block('curl'))
  expect(alone.stdout).toContain('"error":"invalid_token"')
  expect(alone.stdout).toContain('does not lie under /activity/')
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
