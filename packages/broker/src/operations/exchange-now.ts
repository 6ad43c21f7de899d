import { BursarError } from '@bursar/domain/error.ts'
import type { Consent } from '@bursar/domain/grants/grant.ts'
import type { Claim, TokenRow } from '../store/store.ts'
import { type ExchangeEnd, exchangeCredential } from './exchange-credential.ts'
import type { ExchangeTrigger } from './exchange-record.ts'
import type { ExchangePorts, Ports } from './ports.ts'
import { replaySpool } from './replay-spool.ts'

/** Either this node made the exchange, or it waited for the one of somebody else. */
export type ExchangeResult = { kind: 'made'; end: ExchangeEnd } | { kind: 'joined'; token: TokenRow }

interface CredentialKey {
  workspaceId: string
  credentialId: string
}

export interface Exchanger {
  /**
   * An exchange whose token is newer than `version`. One is under way for a credential at most, in this
   * process and in the cluster; whoever comes meanwhile waits for it. Throws `token.refresh_in_progress`
   * when another node holds the lease for too long, `credential.not_found` when it is gone.
   */
  newerThan(
    at: CredentialKey,
    version: number,
    trigger: ExchangeTrigger,
    consent?: Consent,
  ): Promise<ExchangeResult>
  /**
   * Exchanges what was made due a moment ago, without waiting for the refresher, unless somebody has it in hand or
   * is done with it already.
   */
  ifDue(at: CredentialKey, trigger: ExchangeTrigger): Promise<void>
  /**
   * Exchanges under a lease that is already held (a new credential, a batch of due ones). `answered` is told
   * when the provider is done with and only the save is left.
   */
  underLease(claim: Claim, trigger: ExchangeTrigger, answered?: () => void): Promise<ExchangeEnd>
  /** Resolves when nothing is under way. */
  drain(): Promise<void>
}

const LOOK_AGAIN_MS = 50

/** The exchange that was waited for came to nothing, and says when to ask again: not now. */
const saysWhen = ({ failures, claimableAt }: TokenRow, now: number): boolean =>
  failures > 0 && (claimableAt === null || claimableAt > now)

export function createExchanger(
  ports: ExchangePorts,
  finished: (claim: Claim, end: ExchangeEnd) => void,
): Exchanger {
  const flights = new Map<string, Promise<ExchangeResult>>()

  /** Keeps the flight apart from its callers: one that goes away cancels nothing. */
  function fly(credentialId: string, start: () => Promise<ExchangeResult>): Promise<ExchangeResult> {
    const flight = start().finally(() => {
      if (flights.get(credentialId) === flight) flights.delete(credentialId)
    })
    flights.set(credentialId, flight)
    flight.catch(() => undefined)
    return flight
  }

  async function exchange(
    claim: Claim,
    trigger: ExchangeTrigger,
    consent?: Consent,
    answered?: () => void,
  ): Promise<ExchangeResult> {
    const end = await exchangeCredential(ports, claim, trigger, consent, answered)
    finished(claim, end)
    return { kind: 'made', end }
  }

  /** As if it had not been claimed. */
  const giveBack = (claim: Claim) =>
    ports.store.tokens.release(claim, { claimableAt: claim.dueAt, now: ports.clock.now() })

  const isDue = ({ dueAt }: Claim) => dueAt !== null && dueAt <= ports.clock.now()

  async function claimNow(at: CredentialKey): ReturnType<Ports['store']['tokens']['claim']> {
    const { clock, store, settings, random } = ports
    await replaySpool(ports)
    const leaseId = random.text(12)
    return store.tokens.claim({ ...at, now: clock.now(), leaseSeconds: settings.leaseSeconds, leaseId })
  }

  async function claimAndExchange(
    at: CredentialKey,
    version: number,
    trigger: ExchangeTrigger,
    consent?: Consent,
  ): Promise<ExchangeResult> {
    const { clock, settings } = ports
    const giveUpMs = clock.monotonicMs() + settings.waitSeconds * 1000
    for (;;) {
      const claim = await claimNow(at)
      if (claim === null) throw new BursarError('credential.not_found')
      if ('held' in claim) {
        const left = await waitForOther(at, claim.leaseUntil, giveUpMs)
        // An operator and a person ask all the same.
        if (left !== null && (trigger === 'use' || trigger === 'rejected')) {
          if (left.version > version || saysWhen(left, clock.now())) return { kind: 'joined', token: left }
        }
        continue
      }
      // One that is due all the same, since its configuration was changed, is not what was waited for.
      if (claim.token.version > version && !isDue(claim) && consent === undefined) {
        await giveBack(claim)
        return { kind: 'joined', token: claim.token }
      }
      // It was paused since it was asked for. What a person just brought is kept all the same.
      if (claim.credential.status === 'paused' && consent === undefined) {
        await giveBack(claim)
        throw new BursarError('credential.paused', {
          hint: `Resume it: bursar credential resume ${claim.credential.name}.`,
        })
      }
      return exchange(claim, trigger, consent)
    }
  }

  /** Null where there is nothing to do. */
  async function claimIfDue(at: CredentialKey): Promise<Claim | null> {
    const claim = await claimNow(at)
    if (claim === null || 'held' in claim) return null
    if (isDue(claim) && claim.credential.status !== 'paused') return claim
    await giveBack(claim)
    return null
  }

  async function isDueAgain({ workspaceId, credentialId }: CredentialKey): Promise<boolean> {
    const now = ports.clock.now()
    const row = await ports.store.tokens.get(workspaceId, credentialId).catch(() => undefined)
    return row?.claimableAt != null && row.claimableAt <= now && (row.leaseUntil ?? 0) < now
  }

  /** The row once its lease is free, null when it is gone; throws where that takes too long. */
  async function waitForOther(
    { workspaceId, credentialId }: CredentialKey,
    leaseUntil: number,
    giveUpMs: number,
  ): Promise<TokenRow | null> {
    const { clock, store } = ports
    for (let until = leaseUntil; ; ) {
      if (clock.monotonicMs() > giveUpMs) {
        throw new BursarError('token.refresh_in_progress', {
          detail: 'Another node is replacing the token and has not finished yet.',
          retryAfterSeconds: Math.max(1, until - clock.now()),
        })
      }
      await clock.wait(LOOK_AGAIN_MS)
      const row = await store.tokens.get(workspaceId, credentialId)
      if (row === undefined) return null
      if (row.leaseUntil === null || row.leaseUntil < clock.now()) return row
      until = row.leaseUntil
    }
  }

  return {
    async newerThan(at, version, trigger, consent) {
      let running = flights.get(at.credentialId)
      // A consent is a person's and is never answered by somebody else's exchange.
      if (consent !== undefined) await running?.catch(() => undefined)
      while (consent === undefined && running !== undefined) {
        const result = await running
        // An operator who has just changed something wants to know what comes of that.
        if (trigger !== 'forced' || !(await isDueAgain(at))) return result
        running = flights.get(at.credentialId)
      }
      return fly(at.credentialId, () => claimAndExchange(at, version, trigger, consent))
    },

    async ifDue(at, trigger) {
      const claim = await claimIfDue(at)
      if (claim !== null) await fly(at.credentialId, () => exchange(claim, trigger))
    },

    async underLease(claim, trigger, answered) {
      const result = await fly(claim.credential.id, () => exchange(claim, trigger, undefined, answered))
      if (result.kind !== 'made') throw new Error('an exchange under a lease is made here')
      return result.end
    },

    async drain() {
      while (flights.size > 0) await Promise.allSettled(flights.values())
    },
  }
}
