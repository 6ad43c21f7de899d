import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BursarError } from '@bursar/domain/error.ts'
import { createOutbound } from '../../outbound/send.ts'
import type { Broker, World } from '../compose.ts'
import { loadSettings } from '../settings.ts'
import type { Settings } from '../settings-table.ts'
import { startDemoAuthorizationServer } from './authorization-server.ts'
import { fillDemo } from './fill.ts'
import { startDemoTraffic } from './traffic.ts'

type Values = Readonly<Record<string, string | undefined>>

/** Settings that a demonstration would throw away or endanger. */
const NOT_HERE = ['data-dir', 'database-url', 'workers', 'keyring', 'config'] as const

export interface Demo {
  settings: Settings
  env: Values
  /** Fills the broker and lets callers use it. */
  begin(broker: Broker): Promise<void>
  /** Before the broker stops. */
  quiet(): Promise<void>
  /** Removes everything. */
  remove(): Promise<void>
}

/** A throw-away instance: its own folder, which goes with it, and an authorization server on this machine. */
export async function prepareDemo(flags: Values, env: Values, world: Pick<World, 'clock'>): Promise<Demo> {
  const wrong = NOT_HERE.find((flag) => flags[flag] !== undefined)
  if (wrong !== undefined) {
    throw new BursarError('settings.invalid', {
      detail: `--${wrong} does not go with --demo: a demonstration keeps nothing.`,
      hint: 'Leave out one of the two.',
    })
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'bursar-demo-'))
  const demoEnv = {
    ...env,
    BURSAR_DATA_DIR: dataDir,
    BURSAR_CONFIG: '',
    BURSAR_DATABASE_URL: '',
    BURSAR_KEYRING: '',
    BURSAR_WORKERS: '1',
    BURSAR_CONSOLE_LINK: 'always',
    BURSAR_OUTBOUND_ALLOW: '127.0.0.0/8',
    BURSAR_OUTBOUND_INSECURE_HTTP: 'loopback',
  }
  const { clock } = world
  const idp = await startDemoAuthorizationServer(clock)
  const outbound = createOutbound({
    allow: ['127.0.0.0/8'],
    insecureHttp: 'loopback',
    connectTimeoutMs: 2_000,
    limits: { deadlineMs: 10_000, maxBodyBytes: 65_536 },
    clock,
  })
  let traffic: { stop(): Promise<void> } | null = null
  return {
    settings: loadSettings(flags, demoEnv),
    env: demoEnv,
    async begin(broker) {
      const keys = await fillDemo(broker.operations, idp)
      traffic = startDemoTraffic(broker.url, keys, { outbound, clock })
    },
    async quiet() {
      await traffic?.stop()
      await outbound.close()
    },
    async remove() {
      await idp.close()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
