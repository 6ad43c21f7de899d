import { BursarError } from '@bursar/domain/error.ts'
import { learnLife } from '@bursar/domain/learned-life.ts'
import type { CredentialRow, TokenRow } from '../store/store.ts'
import type { ExchangeEnd } from './exchange-credential.ts'
import type { Exchanger } from './exchange-now.ts'
import type { Caller, Operations, TokenHandout } from './operations.ts'
import { demand, mayUse } from './permission.ts'
import type { Ports } from './ports.ts'
import { refuseToken } from './refuse-token.ts'
import { createRejectionPauses } from './rejection-pauses.ts'
import { openOutputs } from './sealed.ts'
import { type RememberedToken, rememberable, type TokenMemory } from './token-memory.ts'
import type { UsageCounter } from './usage.ts'

type UseTokenPorts = Pick<Ports, 'store' | 'envelope' | 'clock' | 'settings' | 'log'> & {
  memory: TokenMemory
  exchanger: Exchanger
  usage: Pick<UsageCounter, 'note'>
}

/** A token that is rejected sooner than this after it came did not end: something else is wrong with it. */
const LEARNED_LIFE_AT_LEAST_SECONDS = 60
const LOOK_AGAIN_SECONDS = 5
const CHANGES_AT_MOST = 10_000

/** Handing out tokens: from memory while fresh, else from the store, else by an exchange. */
export function createTokenUse(ports: UseTokenPorts): Pick<
  Operations,
  'useTokenFast' | 'useToken' | 'renewRejected'
> & {
  remember(end: ExchangeEnd, credential: CredentialRow): void
  forget(workspaceId: string, credentialId: string): void
  forgetAll(): void
} {
  const { store, envelope, clock, settings, memory, exchanger, usage } = ports
  /** Loads under way, by credential name, so that a change that comes meanwhile is not overwritten. */
  const loads = new Map<string, Flight>()
  const pauses = createRejectionPauses()
  /** When this node last heard of a change, monotonic, by credential. */
  const changedMs = new Map<string, number>()
  /** Renewals under way after a 401, by credential: what is rejected meanwhile waits for the same one. */
  const renewals = new Map<string, Promise<void>>()

  function offline(now: number): boolean {
    return now - store.lastContactAt > settings.offlineGraceSeconds
  }

  function useTokenFast(
    caller: Caller,
    name: string,
    delivery: 'token' | 'proxy',
    minTtlSeconds: number,
  ): TokenHandout | undefined {
    const entry = memory.get(caller.workspaceId, name)
    if (entry === undefined) return undefined
    const now = clock.now()
    if (entry.expiresAt - now <= minTtlSeconds || offline(now)) return undefined
    if (!mayUse(caller, delivery, name)) return undefined
    if (now >= entry.lookAgainAt) lookAgain(caller.workspaceId, name, entry, now)
    usage.note(caller, entry.handout.credentialId, delivery, now)
    return entry.handout
  }

  /** The refresh is due: another node may have done it. Looked up beside the answer, never in its way. */
  function lookAgain(workspaceId: string, name: string, entry: RememberedToken, now: number): void {
    entry.lookAgainAt = now + LOOK_AGAIN_SECONDS
    load(workspaceId, name).catch(() => undefined)
  }

  interface Loaded {
    credential: CredentialRow
    token: TokenRow
    /** Null where there is nothing to serve, or a change has overtaken what was `read`. */
    entry: RememberedToken | null
    read: RememberedToken | null
  }

  interface Flight {
    promise: Promise<Loaded>
    stale: boolean
    credentialId: string | null
    /** Credentials that changed while it was not known whose name this is. */
    changed: Set<string>
  }

  function load(workspaceId: string, name: string): Promise<Loaded> {
    const key = `${workspaceId}\n${name}`
    const running = loads.get(key)
    if (running !== undefined && !running.stale) return running.promise
    const flight: Flight = {
      stale: false,
      credentialId: null,
      changed: new Set(),
      promise: null as unknown as Promise<Loaded>,
    }
    flight.promise = (async () => {
      const credential = await store.credentials.get(workspaceId, name)
      if (credential === undefined) {
        const held = memory.get(workspaceId, name)
        if (held !== undefined) memory.forget(workspaceId, held.handout.credentialId)
        throw notFound(name)
      }
      flight.credentialId = credential.id
      if (flight.changed.has(credential.id)) flight.stale = true
      const token = await store.tokens.get(workspaceId, credential.id)
      if (token === undefined) throw notFound(name)
      const outputs = openOutputs(envelope, token)
      if (outputs === null || credential.status === 'paused') {
        memory.forget(workspaceId, credential.id)
        return { credential, token, entry: null, read: null }
      }
      if (flight.stale)
        return { credential, token, entry: null, read: rememberable(credential, token, outputs) }
      const entry = memory.put(credential, token, outputs)
      return { credential, token, entry, read: entry }
    })().finally(() => {
      if (loads.get(key) === flight) loads.delete(key)
    })
    loads.set(key, flight)
    return flight.promise
  }

  async function useToken(
    caller: Caller,
    name: string,
    delivery: 'token' | 'proxy',
    minTtlSeconds: number,
  ): Promise<TokenHandout> {
    const fast = useTokenFast(caller, name, delivery, minTtlSeconds)
    if (fast !== undefined) return fast
    const noted = (handout: TokenHandout) => {
      usage.note(caller, handout.credentialId, delivery, clock.now())
      return handout
    }
    demand(caller, { action: delivery, credential: name })
    const entry = memory.get(caller.workspaceId, name)
    let loaded: Loaded
    try {
      loaded = await loadFresh(caller.workspaceId, name)
    } catch (error) {
      throw offlineError(error, entry)
    }
    const alive = usable(loaded.entry, minTtlSeconds)
    if (alive !== null) return noted(alive)
    refuseToken(loaded, minTtlSeconds, clock.now())
    await exchanger.newerThan(
      { workspaceId: caller.workspaceId, credentialId: loaded.credential.id },
      loaded.token.version,
      'use',
    )
    const after = await loadFresh(caller.workspaceId, name)
    const renewed = usable(after.entry, minTtlSeconds)
    if (renewed !== null) return noted(renewed)
    refuseToken(after, minTtlSeconds, clock.now(), true)
    throw new BursarError('token.unavailable', { retryAfterSeconds: 1 })
  }

  /** A load that no change has overtaken; a credential that changes all the time is served as last read. */
  async function loadFresh(workspaceId: string, name: string): Promise<Loaded> {
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const loaded = await load(workspaceId, name)
      if (loaded.entry !== null || loaded.token.sealed === null || loaded.credential.status === 'paused')
        return loaded
    }
    const last = await load(workspaceId, name)
    return { ...last, entry: last.read }
  }

  function usable(entry: RememberedToken | null, minTtlSeconds: number): TokenHandout | null {
    if (entry === null) return null
    return entry.expiresAt - clock.now() > minTtlSeconds ? entry.handout : null
  }

  function offlineError(error: unknown, entry: RememberedToken | undefined): unknown {
    if (!(error instanceof BursarError) || error.code !== 'store.unavailable') return error
    if (entry === undefined || !offline(clock.now())) return error
    return new BursarError('token.offline', {
      detail: `This node has not reached its database for more than ${settings.offlineGraceSeconds} s.`,
      retryAfterSeconds: 5,
      cause: error,
    })
  }

  async function renewRejected(caller: Caller, name: string, version: number): Promise<TokenHandout | null> {
    demand(caller, { action: 'proxy', credential: name })
    const now = clock.now()
    const { credential, token, entry } = await loadFresh(caller.workspaceId, name)
    if (entry !== null && token.version > version && entry.expiresAt > now) return entry.handout
    let renewal = renewals.get(credential.id)
    if (renewal === undefined) {
      if (pauses.isPaused(credential.id, now)) return null
      try {
        refuseToken({ credential, token }, 0, now, false, true)
      } catch {
        return null
      }
      renewal = renew(credential, token, version, now).finally(() => renewals.delete(credential.id))
      renewals.set(credential.id, renewal)
    }
    await renewal
    const after = await loadFresh(caller.workspaceId, name)
    return after.token.version > version ? usable(after.entry, 0) : null
  }

  async function renew(
    credential: CredentialRow,
    token: TokenRow,
    version: number,
    now: number,
  ): Promise<void> {
    const at = { workspaceId: credential.workspaceId, credentialId: credential.id }
    pauses.note(credential.id, now)
    const livedSeconds = now - (token.issuedAt ?? now)
    const announced = token.expiresFrom === 'response' || token.expiresFrom === 'jwt'
    if (!announced && livedSeconds >= LEARNED_LIFE_AT_LEAST_SECONDS) {
      const learnedSeconds = learnLife(token.learnedSeconds, token, livedSeconds)
      await store.tokens.saveLearned({ ...at, learnedSeconds }).catch(() => undefined)
    }
    await exchanger.newerThan(at, version, 'rejected')
  }

  const notFound = (name: string) =>
    new BursarError('credential.not_found', {
      detail: `There is no credential named "${name}".`,
      hint: 'List them: bursar credential list.',
    })

  function forget(workspaceId: string, credentialId: string): void {
    // A map keeps the order of insertion: the newest stands at the end.
    changedMs.delete(credentialId)
    changedMs.set(credentialId, clock.monotonicMs())
    if (changedMs.size > CHANGES_AT_MOST) changedMs.delete(changedMs.keys().next().value!)
    memory.forget(workspaceId, credentialId)
    for (const flight of loads.values()) {
      if (flight.credentialId === credentialId) flight.stale = true
      else if (flight.credentialId === null) flight.changed.add(credentialId)
    }
  }

  return {
    useTokenFast,
    useToken,
    renewRejected,
    forget,
    forgetAll() {
      memory.clear()
      for (const flight of loads.values()) flight.stale = true
    },
    remember(end, credential) {
      const isChanged = (changedMs.get(credential.id) ?? -1) >= end.begunMs
      // What is saved is read again from the store, so that a pause or change that came meanwhile counts.
      forget(credential.workspaceId, credential.id)
      // It can not be read again now: what was changed since it was claimed must not come back with it.
      if (end.saved !== 'spooled' || end.token === null || isChanged) return
      const { times, version, outputs } = end.token
      memory.put(credential, { ...times, version }, outputs)
    },
  }
}
