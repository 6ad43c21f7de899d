import { createHash } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'
import type { Caller, Operations } from './operations.ts'
import type { Ports } from './ports.ts'

interface Known {
  caller: Caller
  /** Unix seconds; Infinity without an end. */
  expiresAt: number
  usedAt: number
  flushedAt: number
}

/** When a caller was seen last. */
interface Use {
  workspaceId: string
  id: string
  at: number
}

const KNOWN_AT_MOST = 50_000

/** SHA-256 of the whole key, hex: keys are 256 random bits, so no salt and no slow hash are needed. */
export const hashKey = (key: string): string => createHash('sha256').update(key).digest('hex')

/**
 * Keys that were seen are answered from memory until a change of callers is announced. While the database is
 * away they stay known for the offline grace only.
 */
export function createAuthentication(ports: Pick<Ports, 'store' | 'clock' | 'settings' | 'log'>): Pick<
  Operations,
  'authenticate' | 'authenticateFast'
> & {
  forgetCallers(): void
  flushUse(): Promise<void>
} {
  const { store, clock, settings } = ports
  const known = new Map<string, Known>()
  /** Uses that are not written down yet, of keys that are not known any more; the last of each caller. */
  const unwritten = new Map<string, Use>()
  let generation = 0

  function forget(key: string, entry: Known): void {
    known.delete(key)
    if (entry.usedAt > entry.flushedAt) remember(unwritten, useOf(entry))
  }

  const unauthenticated = (detail: string) =>
    new BursarError('caller.unauthenticated', {
      detail,
      hint: 'Send a key: "Authorization: Bearer bsr_…" for the API, "Bursar-Key: bsr_…" for the proxy.',
    })

  return {
    authenticateFast(key) {
      const entry = known.get(key)
      if (entry === undefined) return undefined
      const now = clock.now()
      if (entry.expiresAt <= now || now - store.lastContactAt > settings.offlineGraceSeconds) return undefined
      entry.usedAt = now
      return entry.caller
    },

    async authenticate(key) {
      if (key === '') throw unauthenticated('The request carries no key.')
      const began = generation
      const row = await store.callers.findByHash(hashKey(key))
      if (row === undefined) throw unauthenticated('The key is not known. It may have been deleted.')
      const now = clock.now()
      if (row.expiresAt !== null && row.expiresAt <= now) throw unauthenticated('The key has expired.')
      const { workspaceId, id, name, scopes } = row
      const caller: Caller = { workspaceId, id, name, scopes }
      if (known.size >= KNOWN_AT_MOST) forget(...known.entries().next().value!)
      if (began === generation) {
        const expiresAt = row.expiresAt ?? Number.POSITIVE_INFINITY
        known.set(key, { caller, expiresAt, usedAt: now, flushedAt: row.lastUsedAt ?? 0 })
      }
      return caller
    },

    forgetCallers() {
      generation += 1
      for (const [key, entry] of known) forget(key, entry)
    },

    async flushUse() {
      const used = [...known.values()].filter((entry) => entry.usedAt > entry.flushedAt)
      if (used.length + unwritten.size === 0) return
      const written = [...unwritten]
      const flushed = used.map((entry) => [entry, entry.usedAt] as const)
      const last = new Map(written)
      for (const entry of used) remember(last, useOf(entry))
      await store.callers.touch([...last.values()])
      for (const [entry, at] of flushed) entry.flushedAt = at
      for (const [id, use] of written) if (unwritten.get(id) === use) unwritten.delete(id)
    },
  }
}

const useOf = ({ caller: { workspaceId, id }, usedAt }: Known): Use => ({ workspaceId, id, at: usedAt })

function remember(uses: Map<string, Use>, use: Use): void {
  const id = `${use.workspaceId}/${use.id}`
  if ((uses.get(id)?.at ?? 0) < use.at) uses.set(id, use)
}
