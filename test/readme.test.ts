import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from './broker.ts'

const ROOT = resolve(import.meta.dirname, '..')
const run = promisify(execFile)

/** The lines of the walk in the README, in order, each as a person would type it. */
function walk(): string[] {
  const page = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const from = page.indexOf('## One credential, one token, one injected request')
  const section = page.slice(from, page.indexOf('\n## ', from + 1))
  return [...section.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => block!.trim().split('\n'))
}

/** Everything as written, save for the two ports and the data folder, which other tests may be using. */
describe('the walk of the README, line by line', () => {
  const lines = walk()
  const started: ChildProcess[] = []
  let dataDir: string
  let ports: { broker: number; provider: number }
  let key = ''

  beforeAll(async () => {
    dataDir = await temporaryFolder()
    ports = { broker: await freePort(), provider: await freePort() }
  })
  afterAll(async () => {
    for (const child of started) {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    }
    await rm(dataDir, { recursive: true, force: true })
  })

  const moved = (line: string) =>
    line
      .replaceAll('127.0.0.1:9000', `127.0.0.1:${ports.provider}`)
      .replaceAll('127.0.0.1:8787', `127.0.0.1:${ports.broker}`)
  const environment = () => ({
    PATH: `${join(ROOT, 'node_modules/.bin')}:${process.env.PATH}`,
    HOME: process.env.HOME,
    BURSAR_URL: `http://127.0.0.1:${ports.broker}`,
    BURSAR_PORT: String(ports.broker),
    BURSAR_DATA_DIR: dataDir,
    DEMO_SECRET: 'correct horse & battery',
    ...(key && { BURSAR_KEY: key }),
  })
  /** Runs lines in a shell; answers what they print, whatever the exit code. */
  const shell = async (...commands: string[]) => {
    const { stdout } = await run('bash', ['-c', commands.map(moved).join('\n')], {
      cwd: ROOT,
      env: environment(),
    }).catch((error: { stdout: string }) => error)
    return stdout
  }
  /** Starts what keeps running and waits until it has said the words. */
  async function start(command: string, words: string): Promise<string> {
    const child = spawn('bash', ['-c', command], { cwd: ROOT, env: environment(), detached: false })
    started.push(child)
    let said = ''
    for await (const chunk of child.stdout) {
      said += chunk
      if (said.includes(words)) return said
    }
    throw new Error(`It never said "${words}": ${said}`)
  }
  const line = (beginning: string) => lines.find((each) => each.startsWith(beginning))!

  test('starts the authorization server of the project', async () => {
    expect(line('npm run example-provider')).toBeDefined()
    await start(`exec node examples/provider.ts --port ${ports.provider}`, 'authorization server')
  })

  test('starts Bursar, which prints its admin key once', async () => {
    const said = await start(
      `${line('export BURSAR_OUTBOUND_ALLOW')}\nexec node packages/cli/src/main.ts serve`,
      '"listening"',
    )
    key = JSON.parse(said.split('\n').find((each) => each.includes('"admin_key"'))!).key
    expect(key).toMatch(/^bsr_[a-z0-9]+_/)
  })

  test('makes a credential whose first exchange succeeds', async () => {
    const said = await shell(line('export DEMO_SECRET'), line('npx bursar credential create'))
    expect(said).toMatch(/status\s+● active/)
  })

  test('prints the token and nothing else', async () => {
    expect(await shell(line('npx bursar token get'))).toMatch(/^[\w-]{20,}\n$/)
  })

  test('sends a request with the token in it', async () => {
    const [allowed] = lines.filter((each) => each.startsWith('curl'))
    expect(JSON.parse(await shell(allowed!))).toEqual({ hello: 'demo', scope: 'api:read' })
  })

  test('refuses a request that no rule allows, and says why', async () => {
    const [, refused] = lines.filter((each) => each.startsWith('curl'))
    expect(JSON.parse(await shell(refused!))).toMatchObject({ code: 'destination.refused' })
    expect(await shell(line('npx bursar explain'))).toContain('does not lie under /api/')
  })
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
