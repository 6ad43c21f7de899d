import type { Claim, Outcome } from '../store/store.ts'
import type { Ports } from './ports.ts'

export type SavePorts = Pick<Ports, 'store' | 'clock' | 'settings' | 'random'>

const LOOK_AGAIN_MS = 50
const RECORDS_AT_ONCE = 20

/**
 * Saves an outcome within its fence, and behind it where what somebody has saved meanwhile is the older of the two
 * ({@link Outcome.replaces}): the late answer of an exchange that began before this one, or that of anybody where a
 * person brought this one. Waits up to `patienceMs` for whoever holds the credential; `held` when that takes longer,
 * `fenced` when it is gone or has something newer.
 */
export async function saveNewest(
  { store, clock, settings, random }: SavePorts,
  outcome: Outcome,
  patienceMs: number,
): Promise<'saved' | 'fenced' | 'held'> {
  if (await store.tokens.saveOutcome(outcome)) return 'saved'
  if (outcome.replaces === undefined) return 'fenced'
  const at = { workspaceId: outcome.workspaceId, credentialId: outcome.credentialId }
  const { leaseSeconds } = settings
  const leaseId = random.text(12)
  const giveUpMs = clock.monotonicMs() + patienceMs
  for (;;) {
    const row = await store.tokens.get(at.workspaceId, at.credentialId)
    if (row === undefined) return 'fenced'
    let behind: Pick<Outcome, 'leaseId' | 'expectedVersion'>
    if (row.leaseId === outcome.leaseId) {
      // As long as its own lease stands nobody has begun since.
      behind = { leaseId: outcome.leaseId, expectedVersion: row.version }
    } else {
      const claim = await store.tokens.claim({ ...at, now: clock.now(), leaseSeconds, leaseId })
      if (claim === null) return 'fenced'
      if ('held' in claim) {
        if (clock.monotonicMs() >= giveUpMs) return 'held'
        await clock.wait(LOOK_AGAIN_MS)
        continue
      }
      if (!(await isNewer(store, claim, outcome))) {
        await store.tokens.release(claim, { claimableAt: claim.dueAt, now: clock.now() })
        return 'fenced'
      }
      behind = { leaseId, expectedVersion: claim.token.version }
    }
    // Fenced again where a late answer was saved since that was read; then all is judged anew.
    if (await store.tokens.saveOutcome({ ...outcome, ...behind, announce: true })) return 'saved'
  }
}

/**
 * By the exchange records, which are saved with their tokens: exchanges of one credential that overlap begin at least
 * a lease apart.
 */
async function isNewer(
  store: Ports['store'],
  { credential }: Claim,
  { workspaceId, credentialId, replaces, exchange, expectedConfigRevision }: Outcome,
): Promise<boolean> {
  if (exchange === null) return false
  // What a person has entered meanwhile counts.
  if (replaces === 'older' && credential.configRevision !== expectedConfigRevision) return false
  for (let before: string | undefined; ; ) {
    const page = {
      workspaceId,
      credentialId,
      limit: RECORDS_AT_ONCE,
      ...(before !== undefined && { before }),
    }
    const records = await store.exchanges.list(page)
    for (const { id, startedAt, record } of records) {
      // It was saved, and nobody was told: its refresh token may be spent by now.
      if (id === exchange.id) return false
      if (startedAt < exchange.startedAt) return true
      if (replaces === 'older' && startedAt > exchange.startedAt && record.token !== undefined) return false
    }
    if (records.length < RECORDS_AT_ONCE) return true
    before = records.at(-1)!.id
  }
}
