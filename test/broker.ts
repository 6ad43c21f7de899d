import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Broker, startBroker, type World } from '@bursar/broker/server/compose.ts'
import { createLog } from '@bursar/broker/server/log.ts'
import { loadSettings } from '@bursar/broker/server/settings.ts'
import { type Api, createApi } from './api.ts'
import { awaitUntil } from './await-until.ts'
import { type MovableClock, movableClock } from './clock.ts'

export const ADMIN_KEY = 'bsr_test_0123456789abcdefghijklmnopqrstuvwxyz'

/** What every broker of a test is set to: a free port, and the loopback as the outside world. */
const SETTINGS: Readonly<Record<string, string>> = {
  BURSAR_PORT: '0',
  BURSAR_ADMIN_KEY: ADMIN_KEY,
  BURSAR_OUTBOUND_ALLOW: '127.0.0.0/8',
  BURSAR_OUTBOUND_INSECURE_HTTP: 'loopback',
}

export interface TestBroker {
  api: Api
  url: string
  dataDir: string
  clock: MovableClock
  broker: Broker
  log: string[]
  /** Stops it and starts another on the same data. */
  restart(): Promise<TestBroker>
  /** Leaves the data where they are. */
  stop(): Promise<void>
  /** Stops it and removes its data. */
  close(): Promise<void>
}

export interface BrokerOptions {
  env?: Record<string, string>
  clock?: MovableClock
  dataDir?: string
  /** Answers in place of DNS. */
  lookup?: World['lookup']
  /** Stands between the broker and what it works with. */
  wrap?: World['wrap']
}

/** A broker in this process, with a clock that the test moves. */
export async function startTestBroker(options: BrokerOptions = {}): Promise<TestBroker> {
  const clock = options.clock ?? movableClock()
  const dataDir = options.dataDir ?? (await temporaryFolder())
  const env = { ...SETTINGS, BURSAR_DATA_DIR: dataDir, BURSAR_LOG_LEVEL: 'debug', ...options.env }
  const lines: string[] = []
  const log = createLog('debug', { write: (line: string) => void lines.push(line) })
  const { lookup, wrap } = options
  const world = { clock, env, log, ...(lookup && { lookup }), ...(wrap && { wrap }) }
  const broker = await startBroker(loadSettings({}, env), world)
  let running = true
  const stop = async () => {
    if (running) await broker.stop()
    running = false
  }
  return {
    api: createApi(broker.url, ADMIN_KEY),
    url: broker.url,
    dataDir,
    clock,
    broker,
    log: lines,
    stop,
    async restart() {
      await stop()
      return startTestBroker({ ...options, clock, dataDir })
    },
    async close() {
      await stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

const folders: string[] = []
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Removed when this process ends. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'bursar-test-'))
  folders.push(folder)
  return folder
}

export interface BrokerProcess {
  api: Api
  url: string
  pid: number
  dataDir: string
  /** Everything it wrote so far. */
  stdout(): string
  stderr(): string
  /** Sends the signal, answers the exit code once it has ended; null when the signal ended it. */
  end(signal: NodeJS.Signals): Promise<number | null>
}

const ROOT = resolve(import.meta.dirname, '..')
const CLI = join(ROOT, 'packages/cli/src/main.ts')
const ENTRY = existsSync(CLI) ? [CLI, 'serve'] : [join(import.meta.dirname, 'serve.ts')]

function launch(dataDir: string, env: Record<string, string>) {
  const child = spawn(process.execPath, ENTRY, {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...SETTINGS, BURSAR_DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  return { child, stdout: () => stdout, stderr: () => stderr }
}

const running = new Set<ChildProcess>()

/** A broker in a process of its own. */
export async function startBrokerProcess(
  dataDir: string,
  env: Record<string, string> = {},
): Promise<BrokerProcess> {
  const { child, stdout, stderr } = launch(dataDir, env)
  const url = await awaitUntil('the broker listens', () => {
    if (child.exitCode !== null) throw new Error(`The broker ended: ${stdout()}${stderr()}`)
    return /(?:"event":"listening","url":"|serves\n {2})([^"\s]+)/.exec(stdout())?.[1]
  })
  return {
    api: createApi(url, env.BURSAR_ADMIN_KEY || printedKey(stdout()) || ADMIN_KEY),
    url,
    pid: child.pid!,
    dataDir,
    stdout,
    stderr,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const ended = once(child, 'exit')
      child.kill(signal)
      const [code] = await ended
      return code as number | null
    },
  }
}

export const printedKey = (stdout: string): string | undefined =>
  /"event":"admin_key","key":"([^"]+)"/.exec(stdout)?.[1]

/** A broker that is expected not to start: what it said, and its exit code. */
export async function failToStart(
  dataDir: string,
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  const { child, stdout, stderr } = launch(dataDir, env)
  const [code] = await once(child, 'close')
  return { code: code as number | null, output: stdout() + stderr() }
}

/** Ends what a failed test left running. */
export function endBrokerProcesses(): void {
  for (const child of running) child.kill('SIGKILL')
}
