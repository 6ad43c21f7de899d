import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Disk } from './disk.ts'
import type { Plant, Point } from './points.ts'
import { AUTHORITY } from './truth.ts'

export const ADMIN_KEY = 'bsr_chaos_0123456789abcdef0123456789abcdef'
export const LEASE_SECONDS = 4
export const DEADLINE_SECONDS = 1
/** A machine that is busy with other things starts a process slowly; a process that is gone is seen at once. */
const START_MS = 120_000

export interface FleetSettings {
  folder: string
  nodes: number
  /** Null is the embedded database of the one node. */
  databaseUrl: string | null
  plant: Plant | null
  /** Where the one node of an embedded database keeps it. */
  disk: Disk | null
}

export interface BrokerNode {
  name: string
  url: string | null
  /** Grows with every start: `n1.3` is the third process of node n1. */
  process: ChildProcess | null
  generation: number
  startedMs: number
  frozen: boolean
}

/** The broker processes, and who of them was ended when. */
export class Fleet {
  readonly nodes: BrokerNode[]
  readonly #settings: FleetSettings
  /** Processes that ended without being asked to, by `name.generation`. */
  readonly ended = new Map<string, number>()
  #stopping = false

  constructor(settings: FleetSettings) {
    this.#settings = settings
    this.nodes = Array.from({ length: settings.nodes }, (_, n) => ({
      name: `n${n + 1}`,
      url: null,
      process: null,
      generation: 0,
      startedMs: 0,
      frozen: false,
    }))
  }

  /** Who was about to write the last intent of a credential, `name.generation`, and when. */
  lastIntent(credentialId: string): { node: string; atMs: number } | null {
    const lines = existsSync(this.#intents) ? readFileSync(this.#intents, 'utf8').split('\n') : []
    const [, node = '', atMs = ''] =
      lines.findLast((line) => line.startsWith(`${credentialId} `))?.split(' ') ?? []
    return node === '' ? null : { node, atMs: Number(atMs) }
  }

  get #intents(): string {
    return join(this.#settings.folder, 'intents')
  }

  get folder(): string {
    return this.#settings.folder
  }

  get up(): BrokerNode[] {
    return this.nodes.filter((node) => node.url !== null && !node.frozen)
  }

  async startAll(): Promise<void> {
    for (const node of this.nodes) await this.start(node)
  }

  async start(node: BrokerNode): Promise<void> {
    const { folder, databaseUrl, plant, disk } = this.#settings
    const dataDir = disk?.dataDir ?? join(folder, node.name)
    mkdirSync(dataDir, { recursive: true })
    node.generation += 1
    const name = `${node.name}.${node.generation}`
    const log = openSync(join(folder, `${node.name}.log`), 'a')
    const child = spawn(process.execPath, [join(import.meta.dirname, 'node.ts')], {
      stdio: ['ignore', log, log, 'ipc'],
      env: {
        ...process.env,
        BURSAR_DATA_DIR: dataDir,
        ...(databaseUrl !== null && { BURSAR_DATABASE_URL: databaseUrl }),
        BURSAR_PORT: '0',
        BURSAR_ADMIN_KEY: ADMIN_KEY,
        BURSAR_KEYRING: `file:${join(folder, 'keyring.json')}`,
        BURSAR_OUTBOUND_ALLOW: '127.0.0.0/8',
        BURSAR_OUTBOUND_INSECURE_HTTP: 'loopback',
        BURSAR_OUTBOUND_CA: AUTHORITY,
        BURSAR_LEASE_SECONDS: String(LEASE_SECONDS),
        BURSAR_UPSTREAM_DEADLINE_SECONDS: String(DEADLINE_SECONDS),
        BURSAR_LOG_LEVEL: 'warn',
        CHAOS_LOG: 'warn',
        CHAOS_NODE: name,
        CHAOS_INTENTS: this.#intents,
        ...(plant !== null && { CHAOS_PLANT: plant }),
        ...disk?.env,
      },
    })
    closeSync(log)
    node.process = child
    node.frozen = false
    child.once('exit', () => {
      if (!this.#stopping) this.ended.set(name, Date.now())
      if (node.process === child) {
        node.process = null
        node.url = null
      }
    })
    const ready = once(child, 'message').then(([message]) => message as { url: string })
    const gone = once(child, 'exit').then(() => null)
    const message = await Promise.race([ready, gone, after(START_MS)])
    node.url = message?.url ?? null
    node.startedMs = Date.now()
  }

  arm(node: BrokerNode, point: Point): void {
    node.process?.send(point, () => {})
  }

  async kill(node: BrokerNode): Promise<void> {
    const child = node.process
    if (child === null) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  freeze(node: BrokerNode): void {
    if (node.process?.kill('SIGSTOP')) node.frozen = true
  }

  thaw(node: BrokerNode): void {
    node.process?.kill('SIGCONT')
    node.frozen = false
  }

  async stop(): Promise<void> {
    this.#stopping = true
    for (const node of this.nodes) {
      const child = node.process
      if (child === null) continue
      this.thaw(node)
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      if ((await Promise.race([gone, after(5_000)])) === null) await this.kill(node)
    }
  }
}

export const after = (ms: number): Promise<null> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms, null).unref()
  })
