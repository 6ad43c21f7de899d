import { BursarError } from '@bursar/domain/error.ts'
import type { Exchanger } from '../operations/exchange-now.ts'
import type { Ports } from '../operations/ports.ts'
import { replaySpool } from '../operations/replay-spool.ts'
import { settleEnded } from '../operations/settle-ended.ts'
import type { Claim } from '../store/store.ts'
import { createOriginLimits } from './origin-limits.ts'

export interface RefresherSettings {
  /** Exchanges under way at once on this node. */
  concurrency: number
  /** Of these, with one token endpoint origin: this node's share of what all nodes may ask it at once. */
  concurrencyPerOrigin: () => number
  /** Whether no other node would want to know what this one is told. */
  isAlone: () => boolean
  /** Looks into the queue at least this often. */
  idleSeconds: number
}

export interface Refresher {
  start(): void
  /** Looks into the queue now. */
  nudge(): void
  /** Another node was told to leave a client of an origin alone; its `pause` as the feed has it. */
  heed(notice: string): void
  /** Takes nothing more, waits for what is under way. */
  stop(): Promise<void>
}

type RefresherPorts = Pick<Ports, 'store' | 'spool' | 'clock' | 'random' | 'log' | 'metrics' | 'settings'>

const AFTER_FAULT_MS = 1000
/** One credential could not be exchanged for a fault of this node or of the database. */
const AFTER_FAULT_SECONDS = 5
/** What is due already and was not claimed is under the lease of another node. */
const UNDER_LEASE_MS = 250
/** How long a batch that could not begin as a whole makes the next ones smaller. */
const CROWDED_MS = 1_000
/** An origin that answers fast works a whole batch off in less; what still waits then is given back. */
const PATIENCE_MS = 500

/**
 * Claims due tokens in batches, under leases, and exchanges each. What it can not begin in good time it gives
 * back, so that a slow provider never holds up the others.
 */
export function createRefresher(
  ports: RefresherPorts,
  exchanger: Exchanger,
  settings: RefresherSettings,
): Refresher {
  const { store, clock, random, log, metrics } = ports
  const limits = createOriginLimits(settings.concurrencyPerOrigin, clock.now)
  const underway = new Set<Promise<void>>()
  let stopping = false
  let waiting: AbortController | null = null
  /** Exchanges that ended since the last claim. */
  let ended = 0
  /** Until then, monotonic, a claim takes no more than ended: the last one took more than could begin. */
  let crowdedUntilMs = 0
  let loop: Promise<void> = Promise.resolve()

  function nudge(): void {
    // With a reason of its own: the usual one is an error with a stack.
    waiting?.abort('nudged')
  }

  async function refresh(claim: Claim, answered: () => void): Promise<void> {
    const { credential, dueAt } = claim
    try {
      if (await settleEnded(ports, claim)) return
      metrics.refreshLag(clock.now() - (dueAt ?? clock.now()))
      const { event } = await exchanger.underLease(claim, 'due', answered)
      if (event.kind === 'unavailable' && event.retryAfterSeconds !== undefined) {
        const notice = limits.pause(credential.recipe, event.retryAfterSeconds)
        if (notice !== null && !settings.isAlone()) await tell(credential.workspaceId, notice)
      }
    } catch (error) {
      const code = error instanceof BursarError ? error.code : (error as Error).name
      log.error('refresh_failed', { credential: credential.name, code })
      await giveBack(claim, AFTER_FAULT_SECONDS)
    }
  }

  /** Who does not hear it asks, and is told the same. */
  async function tell(workspaceId: string, subject: string): Promise<void> {
    await store.announce({ kind: 'pause', workspaceId, subject }).catch(() => undefined)
  }

  function begin(claim: Claim, patience: () => Promise<void>): void {
    const run = limits
      .run(claim.credential.recipe, (answered) => refresh(claim, answered), patience)
      .then((seconds) => {
        if (seconds !== null) return tooMuch(claim, seconds)
        ended += 1
        return undefined
      })
      .finally(() => {
        underway.delete(run)
        if (mayClaim() > 0) nudge()
      })
    underway.add(run)
  }

  /** Its origin has enough to do, or wants to be left alone: those that come back are spread a little. */
  async function tooMuch(claim: Claim, seconds: number): Promise<void> {
    crowdedUntilMs = clock.monotonicMs() + CROWDED_MS
    await giveBack(claim, Math.ceil(seconds * (1 + random.fraction() / 4)))
  }

  /** Should it not be heard, the lease runs out. */
  async function giveBack(claim: Claim, seconds: number): Promise<void> {
    const now = clock.now()
    await store.tokens.release(claim, { claimableAt: now + seconds, now }).catch(() => undefined)
  }

  /** For the claims of one batch: one timer, and none when all of them find room. In a crowd there is none. */
  function patienceOfBatch(): () => Promise<void> {
    const isCrowded = clock.monotonicMs() < crowdedUntilMs
    let ended: Promise<void> | null = null
    return () => {
      ended ??= isCrowded ? Promise.resolve() : clock.wait(PATIENCE_MS)
      return ended
    }
  }

  /** How many rows a claim may take now; 0 while it is better to wait: small claims cost as much as large. */
  function mayClaim(): number {
    const room = settings.concurrency - underway.size
    const crowded = clock.monotonicMs() < crowdedUntilMs
    const wanted = crowded ? Math.min(room, ended) : room
    const least =
      (crowded ? Math.min(settings.concurrencyPerOrigin(), settings.concurrency) : settings.concurrency) / 4
    return wanted >= least ? wanted : 0
  }

  async function turn(): Promise<number> {
    await replaySpool(ports)
    const room = mayClaim()
    if (room === 0) {
      const crowdedMs = crowdedUntilMs - clock.monotonicMs()
      return crowdedMs > 0 ? crowdedMs + 1 : settings.idleSeconds * 1000
    }
    ended = 0
    const claims = await store.tokens.claimDue({
      now: clock.now(),
      leaseSeconds: ports.settings.leaseSeconds,
      leaseId: random.text(12),
      limit: room,
    })
    const patience = patienceOfBatch()
    for (const claim of claims) begin(claim, patience)
    if (claims.length === room) return 0
    const next = await store.tokens.nextDueAt()
    const idleMs = settings.idleSeconds * 1000
    if (next === null) return idleMs
    const aheadMs = next * 1000 - clock.unixMs()
    return Math.min(idleMs, aheadMs > 0 ? aheadMs : UNDER_LEASE_MS)
  }

  async function run(): Promise<void> {
    while (!stopping) {
      waiting = new AbortController()
      const signal = waiting.signal
      let pauseMs: number
      try {
        pauseMs = await turn()
      } catch (error) {
        const detail = error instanceof BursarError ? error.detail : (error as Error).name
        log.warn('refresher_turn_failed', { detail })
        pauseMs = AFTER_FAULT_MS
      }
      if (pauseMs > 0 && !stopping) await clock.wait(pauseMs, signal)
    }
  }

  return {
    start() {
      loop = run()
    },
    nudge,
    heed: limits.heed,
    async stop() {
      stopping = true
      nudge()
      await loop
      while (underway.size > 0) await Promise.allSettled(underway)
    },
  }
}
