import { createHash } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'
import type { DocumentRow } from '../../store/store.ts'
import type { Ports } from '../ports.ts'
import type { RevocationBody } from './app-documents.ts'
import { DOOR } from './door-name.ts'

/** Which JWTs were revoked, in memory: asked at each verification. */
export interface Revocations {
  isRevoked(page: { id: string }, jti: string): boolean
  /** Reads all of them, the first time. */
  load(): Promise<void>
  add(row: DocumentRow): void
  /** Throws `revocation.full`. */
  demandRoom(): void
  /** A document of this id came or went. */
  changed(id: string): void
  reset(): void
  /** Removes those whose JWT has ended by itself. */
  prune(): Promise<void>
}

/** Each is some 150 bytes of memory on every node. */
const REVOCATIONS_AT_MOST = 100_000
const PRUNED_AT_ONCE = 500
const READ_AT_ONCE = 1_000

/** One id for a page and a `jti`, so that any node finds by name what another wrote. */
export const revocationId = (page: { id: string }, jti: string): string =>
  createHash('sha256').update(`${page.id}\n${jti}`).digest('base64url')

export function createRevocations(
  { store, clock, log }: Pick<Ports, 'store' | 'clock' | 'log'>,
  workspaceId: string,
): Revocations {
  const endById = new Map<string, number>()
  let loaded: Promise<void> | null = null
  let generation = 0

  const bodyOf = (row: DocumentRow) => row.body as unknown as RevocationBody

  async function readAll(): Promise<void> {
    for (let began = -1; began !== generation; ) {
      began = generation
      endById.clear()
      let after: { createdAt: number; id: string } | undefined
      for (;;) {
        const at = {
          workspaceId,
          door: DOOR,
          kind: 'revocation',
          limit: READ_AT_ONCE,
          ...(after && { after }),
        }
        const rows = await store.documents.list(at)
        for (const row of rows) endById.set(row.id, bodyOf(row).expiresAt)
        if (rows.length < READ_AT_ONCE) break
        after = rows.at(-1)!
      }
    }
  }

  function load(): Promise<void> {
    loaded ??= readAll().catch((error: unknown) => {
      loaded = null
      throw error
    })
    return loaded
  }

  return {
    isRevoked: (page, jti) => endById.size > 0 && endById.has(revocationId(page, jti)),
    load,
    add: (row) => void endById.set(row.id, bodyOf(row).expiresAt),
    demandRoom() {
      if (endById.size < REVOCATIONS_AT_MOST) return
      throw new BursarError('revocation.full', {
        detail: `${REVOCATIONS_AT_MOST} JWTs that have not ended are revoked.`,
        hint: 'Rotate the signing key with activate_in_seconds 0 and overlap_seconds 0: that ends every JWT it has signed.',
      })
    },
    changed(id) {
      // While they are read, what has changed is read again with the rest.
      generation += 1
      if (loaded === null) return
      store.documents
        .get({ workspaceId, door: DOOR, kind: 'revocation', id })
        .then((row) => (row === undefined ? endById.delete(id) : endById.set(id, bodyOf(row).expiresAt)))
        .catch(() => {
          // Not known any more: read again before the next verification.
          loaded = null
        })
    },
    reset() {
      generation += 1
      loaded = null
    },
    async prune() {
      await load()
      const now = clock.now()
      const ended = [...endById].filter(([, endsAt]) => endsAt <= now).slice(0, PRUNED_AT_ONCE)
      for (const [id] of ended) {
        await store.documents.delete({ workspaceId, door: DOOR, kind: 'revocation', id }, null)
        endById.delete(id)
      }
      if (ended.length > 0) log.debug('revocations.pruned', { count: ended.length })
    },
  }
}
