import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Running, SERVER_CORE, start } from './processes.ts'
import { profileFlags } from './profile.ts'

const MAIN = join(import.meta.dirname, '../packages/cli/src/main.ts')
export const ADMIN_KEY = 'bsr_bench_0123456789abcdef'

export interface RunningBroker extends Running {
  port: number
  /** Calls the REST API; throws unless the answer is good. */
  call(method: string, path: string, body?: unknown): Promise<Record<string, unknown>>
}

export interface BrokerOptions {
  dataDir?: string
  cores?: number | string | null
  env?: Record<string, string>
  onEvent?: (event: Record<string, unknown>) => void
}

/** Where brokers write their profiles, when they are asked to. */
let profileFolder: string | null = null

export function profileInto(folder: string | null): void {
  profileFolder = folder
}

/** A folder that is gone when the process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-bench-'))
  folders.push(folder)
  return folder
}

const folders: string[] = []
process.once('exit', () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** `bursar serve` as people run it, on its core. */
export async function startBroker(options: BrokerOptions = {}): Promise<RunningBroker> {
  const { dataDir = temporaryFolder(), cores = SERVER_CORE, env = {}, onEvent } = options
  const broker = await start(process.execPath, [MAIN, 'serve'], {
    // The threads of a broker would interrupt each other on one core, and a profile shows that as work.
    cores: profileFolder === null ? cores : null,
    env: {
      BURSAR_DATA_DIR: dataDir,
      BURSAR_PORT: '0',
      ...(profileFolder !== null && { NODE_OPTIONS: profileFlags(profileFolder) }),
      BURSAR_ADMIN_KEY: ADMIN_KEY,
      BURSAR_OUTBOUND_ALLOW: '127.0.0.0/8',
      BURSAR_OUTBOUND_INSECURE_HTTP: 'loopback',
      ...env,
    },
    isReady: (line) => line.includes('"listening"'),
    ...(onEvent && { onLine: (line) => onEvent(JSON.parse(line) as Record<string, unknown>) }),
  })
  const { url } = JSON.parse(broker.ready) as { url: string }
  return {
    ...broker,
    port: Number(new URL(url).port),
    async call(method, path, body) {
      const response = await fetch(url + path, {
        method,
        headers: { Authorization: `Bearer ${ADMIN_KEY}`, 'Content-Type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
      return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
    },
  }
}

/** A key that may use one credential, as an application would have it. */
export async function createKey(broker: RunningBroker, scopes: readonly string[]): Promise<string> {
  const { key } = await broker.call('POST', '/v1/callers', { name: 'bench', scopes })
  return key as string
}
