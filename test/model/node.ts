import { BursarError } from '@bursar/domain/error.ts'
import type { Consent } from '@bursar/domain/grants/grant.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { createExchanger, type Exchanger } from '../../packages/broker/src/operations/exchange-now.ts'
import type { Ports } from '../../packages/broker/src/operations/ports.ts'
import { createSkew } from '../../packages/broker/src/operations/skew.ts'
import type { SendResult, WireRequest } from '../../packages/broker/src/outbound/outbound.ts'
import { createRefresher } from '../../packages/broker/src/refresher/refresher.ts'
import type { Claim, ExchangeRow, Outcome, Store } from '../../packages/broker/src/store/store.ts'
import type { World } from './world.ts'

/** Something a node waits for. The world decides when, and how it ends. */
export interface Pending {
  kind: 'store' | 'spool' | 'send' | 'wait'
  name: string
  /** The effect, and what the node is told. */
  run: () => unknown
  resolve: (value: unknown) => void
  reject: (error: unknown) => void
  /** When a request has missed its deadline, in ms. */
  untilMs: number
  /** A wait that is over. */
  woken?: boolean
  request?: WireRequest
  sentMs?: number
  forced?: boolean
  consent?: boolean
  /** The request was committed; this is what travels back. */
  answer?: { body: string; issued: string | null }
}

const CONSENT: Consent = {
  kind: 'code',
  code: new Secret('code'),
  codeVerifier: new Secret('verifier'),
  redirectUri: 'https://bursar.test/oauth/callback',
}
const CREDENTIAL = { workspaceId: 'w', credentialId: 'c' }

/** One broker process: the real exchanger and refresher over ports that wait for the world. */
export class Node {
  readonly name: string
  readonly #world: World
  epoch = 0
  pending: Pending[] = []
  /** What it was told since it last did nothing: with this its inner state is known. */
  history: string[] = []
  /** Its disk: outlasts the process. */
  spooled: Outcome[] = []
  /** Refresh tokens in answers that this process was given. */
  received: string[] = []
  lease: { id: string; until: number } | null = null
  /** The credential was paused when it was claimed. */
  claimedPaused = false
  /** What callers of this node have seen and want something newer than. */
  asked: number[] = []
  consenting = false
  #exchanger: Exchanger | null = null
  #texts = 0
  #forcing = false

  constructor(name: string, world: World) {
    this.name = name
    this.#world = world
  }

  start(): void {
    this.pending = []
    this.history = []
    this.received = []
    this.lease = null
    this.asked = []
    this.consenting = false
    this.#forcing = false
    const ports = this.#ports()
    this.#exchanger = createExchanger(ports, () => {})
    const settings = {
      concurrency: 1,
      concurrencyPerOrigin: () => 1,
      isAlone: () => false,
      idleSeconds: 1_000,
    }
    createRefresher(ports, this.#exchanger, settings).start()
  }

  /** An operator asks this node for an exchange now. */
  force(version: number): void {
    this.#forcing = true
    const ended = () => {
      this.#forcing = false
    }
    this.#exchanger!.newerThan(CREDENTIAL, version, 'forced').then(ended, ended)
  }

  /** A caller asks this node for a token newer than the one it has seen. */
  use(version: number): void {
    this.asked = [...this.asked, version]
    const { epoch } = this
    const ended = () => {
      if (epoch === this.epoch) this.asked = this.asked.toSpliced(this.asked.indexOf(version), 1)
    }
    this.#exchanger!.newerThan(CREDENTIAL, version, 'use').then(ended, ended)
  }

  /** A person has signed in, and the browser came back to this node. */
  consent(version: number): void {
    this.consenting = true
    const { epoch } = this
    const ended = () => {
      if (epoch === this.epoch) this.consenting = false
    }
    this.#exchanger!.newerThan(CREDENTIAL, version, 'consent', CONSENT).then(ended, ended)
  }

  /** Nothing under way but the look into the queue. */
  get idle(): boolean {
    if (this.#forcing || this.consenting || this.asked.length > 0) return false
    return this.pending.every(({ name }) => name === 'wait' || name === 'claimDue')
  }

  /** Idle, it holds nothing that counts: its inner state is that of a new process with the same disk. */
  rest(): void {
    this.history = []
    this.lease = null
    if (this.spooled.length === 0) this.received = []
  }

  #ask<T>(kind: Pending['kind'], name: string, run: () => T, more: Partial<Pending> = {}): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const untilMs = Number.POSITIVE_INFINITY
    this.pending.push({ kind, name, run, resolve: resolve as Pending['resolve'], reject, untilMs, ...more })
    return promise
  }

  #text(): string {
    this.#texts += 1
    return `<${this.name}.${this.#texts}>`
  }

  #ports(): Ports {
    const world = this.#world
    const { tokens, settings } = world
    const verb =
      <A extends unknown[], T>(name: string, run: (...args: A) => T) =>
      (...args: A): Promise<T> =>
        this.#ask('store', name, () => run(...structuredClone(args)))
    const claimed = <C>(claim: C): C => {
      const one = (Array.isArray(claim) ? claim[0] : claim) as Claim | { held: true } | null | undefined
      if (one && !('held' in one)) {
        this.lease = { id: one.leaseId, until: one.leaseUntil }
        this.claimedPaused = one.credential.status === 'paused'
      }
      return claim
    }
    const bytes = (text: string) => new TextEncoder().encode(text)
    const text = (sealed: Uint8Array) => new TextDecoder().decode(sealed)
    return {
      store: {
        tokens: {
          // By the clock of the moment at which it reaches the database: older ones only make more states.
          claimDue: verb('claimDue', (at) => claimed(tokens.claimDue({ ...at, now: world.nowMs / 1000 }))),
          claim: verb('claim', (at) => claimed(tokens.claim(at))),
          saveIntent: verb('saveIntent', (at) => tokens.saveIntent(at)),
          saveJournal: verb('saveJournal', (at) => tokens.saveJournal(at)),
          saveOutcome: verb('saveOutcome', (outcome) => tokens.saveOutcome(outcome)),
          release: verb('release', (claim, at) => tokens.release(claim, at)),
          nextDueAt: verb('nextDueAt', () => tokens.nextDueAt()),
          // Who looks at what else was saved meanwhile finds nothing, and gives up.
          get: verb('get', () => (settings.plant === 'overlap' ? undefined : structuredClone(tokens.row))),
        },
        exchanges: { list: verb('exchanges', () => structuredClone(tokens.exchanges) as ExchangeRow[]) },
        documents: { get: async () => undefined },
      } as { [Table in keyof Store]?: Partial<Store[Table]> } as unknown as Store,
      spool: this.#spool(),
      envelope: { seal: (_, plain) => bytes(plain), open: (_, sealed) => text(sealed) },
      sources: { resolve: () => Promise.reject(new BursarError('secret.unresolved')) },
      outbound: {
        send: (request, limits) =>
          this.#ask<SendResult>('send', 'send', () => undefined as never, {
            request,
            sentMs: world.nowMs,
            forced: this.#forcing,
            consent: this.consenting,
            untilMs: world.nowMs + (limits?.deadlineMs ?? 0) * (settings.plant === 'lease' ? 20 : 1),
          }),
        close: () => Promise.resolve(),
      },
      signer: { sign: () => Promise.resolve('signed'), check: () => null } as Ports['signer'],
      clock: {
        now: () => Math.floor(world.nowMs / 1000),
        unixMs: () => world.nowMs,
        monotonicMs: () => world.nowMs,
        wait: (_ms, signal) => {
          // Whoever waits for a lease has no other reason to look up.
          const waited = this.#ask('wait', signal === undefined ? 'look' : 'wait', () => undefined)
          const pending = this.pending.at(-1)!
          signal?.addEventListener('abort', () => {
            this.pending = this.pending.filter((each) => each !== pending)
            pending.resolve(undefined)
          })
          return waited
        },
      },
      random: {
        fraction: () => 0.5,
        text: () => this.#text(),
        id: () => this.#text(),
      },
      log: { debug() {}, info() {}, warn() {}, error() {} },
      metrics: { exchange() {}, tokenServed() {}, refreshLag() {} },
      skew: createSkew(),
      settings: {
        nodeId: this.name,
        leaseSeconds: settings.leaseSeconds,
        upstreamDeadlineSeconds: settings.deadlineSeconds,
        offlineGraceSeconds: 900,
        waitSeconds: settings.waitSeconds ?? -1,
        publicUrl: () => 'https://bursar.test',
        insecureHttp: null,
        authorizationSeconds: 600,
        tokensInMemory: 10,
      },
    } as Ports
  }

  #spool(): Ports['spool'] {
    const node = this
    const drop = this.#world.settings.plant === 'spool'
    return {
      get size() {
        return node.spooled.length
      },
      put: (outcome) =>
        this.#ask('spool', 'put', () => {
          if (!drop) node.spooled.push(structuredClone(outcome))
          return 'disk' as const
        }),
      async replay(save) {
        for (const outcome of [...node.spooled]) {
          if (!(await save(structuredClone(outcome)))) continue
          node.spooled = node.spooled.filter((each) => each !== outcome)
        }
        return node.spooled.length
      },
    }
  }
}
