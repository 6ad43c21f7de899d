import ipaddr from 'ipaddr.js'

/** Slows down whoever guesses client secrets, without locking anybody else out. */
export interface FailureBrake {
  /**
   * Seconds to wait before this attempt is judged; 0 when at once. One that is judged counts as failed until
   * {@link FailureBrake.succeeded} says otherwise, so that attempts at the same time count as well.
   */
  begin(attempt: Attempt, now: number): number
  succeeded(attempt: Attempt, now: number): void
}

export interface Attempt {
  /** Id of the app; null when there is none of that client id. */
  appId: string | null
  address: string
}

interface Count {
  failures: number
  /** Unix seconds. */
  nextAt: number
  lastAt: number
}

const PAIR_FREE = 5
const PAIR_FREE_UNDER_ATTACK = 1
const ADDRESS_FREE = 30
/** Failures of one app, from wherever, after which each address gets fewer attempts. */
const ATTACK = 100
const WAIT_AT_MOST = 64
const FORGOTTEN_SECONDS = 900
const ENTRIES_AT_MOST = 20_000

/**
 * Counts by app and address together, and by address. By app alone it only makes the allowance of every
 * single address smaller: an address that has not failed is always judged, whatever others do, so nobody can
 * shut an app out. An address from which an app has signed in stays open to that app, whoever else fails there.
 */
export function createFailureBrake(): FailureBrake {
  const pairs = new Map<string, Count>()
  const addresses = new Map<string, Count>()
  const apps = new Map<string, Count>()
  const goodPairs = new Map<string, Count>()

  function fresh(counts: Map<string, Count>, key: string, now: number): Count | undefined {
    const count = counts.get(key)
    if (count === undefined || now - count.lastAt <= FORGOTTEN_SECONDS) return count
    counts.delete(key)
    return undefined
  }

  function count(counts: Map<string, Count>, key: string, now: number, free: number): void {
    const known = fresh(counts, key, now) ?? { failures: 0, nextAt: 0, lastAt: now }
    known.failures += 1
    known.lastAt = now
    const over = known.failures - free
    if (over >= 0) known.nextAt = now + Math.min(WAIT_AT_MOST, 2 ** over)
    // The one that was touched longest ago stands first.
    counts.delete(key)
    counts.set(key, known)
    if (counts.size > ENTRIES_AT_MOST) counts.delete(counts.keys().next().value!)
  }

  function undo(counts: Map<string, Count>, key: string): void {
    const known = counts.get(key)
    if (known === undefined) return
    known.failures -= 1
    known.nextAt = 0
    if (known.failures === 0) counts.delete(key)
  }

  return {
    begin({ appId, address }, now) {
      const from = groupOf(address)
      const pair = `${appId}\n${from}`
      const isGood = appId !== null && fresh(goodPairs, pair, now) !== undefined
      const nextAt = Math.max(
        appId === null ? 0 : (fresh(pairs, pair, now)?.nextAt ?? 0),
        isGood ? 0 : (fresh(addresses, from, now)?.nextAt ?? 0),
      )
      if (nextAt > now) return nextAt - now
      count(addresses, from, now, ADDRESS_FREE)
      if (appId !== null) {
        const isAttacked = (fresh(apps, appId, now)?.failures ?? 0) >= ATTACK
        count(pairs, pair, now, isAttacked ? PAIR_FREE_UNDER_ATTACK : PAIR_FREE)
        count(apps, appId, now, Number.POSITIVE_INFINITY)
      }
      return 0
    },

    succeeded({ appId, address }, now) {
      const from = groupOf(address)
      const pair = `${appId}\n${from}`
      undo(addresses, from)
      if (appId === null) return
      pairs.delete(pair)
      undo(apps, appId)
      count(goodPairs, pair, now, Number.POSITIVE_INFINITY)
    },
  }
}

/** One subscriber: an IPv4 address, or the 64 bits of an IPv6 network. */
function groupOf(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  return parsed.kind() === 'ipv4' ? parsed.toString() : (parsed as ipaddr.IPv6).parts.slice(0, 4).join(':')
}
