import { BursarError } from '@bursar/domain/error.ts'
import type { Outcome } from '../store/store.ts'
import type { Ports } from './ports.ts'
import { type SavePorts, saveNewest } from './save-newest.ts'

export type SaveEnd = 'saved' | 'fenced' | 'spooled' | 'lost'

/**
 * Saves an outcome; while the database is away it is kept on local disk and replayed, so that an answer that
 * arrived is never lost, nor what it says of an intent: that nothing was spent. Only an outcome that changes
 * neither is let go; its lease runs out by itself.
 */
export async function saveOutcome(
  ports: SavePorts & Pick<Ports, 'spool' | 'log'>,
  outcome: Outcome,
): Promise<SaveEnd> {
  const { spool, log, settings } = ports
  let detail: string | undefined
  try {
    const saved = await saveNewest(ports, outcome, settings.waitSeconds * 1000)
    if (saved !== 'held') return saved
    detail = 'Another node holds the credential.'
  } catch (error) {
    if (!(error instanceof BursarError) || error.code !== 'store.unavailable') throw error
    const endsIntent = outcome.intentId !== null && !outcome.keepIntent
    if (outcome.token === undefined && outcome.journal === null && !endsIntent) return 'lost'
    detail = error.detail
  }
  const place = await spool.put(outcome)
  const level = place === 'disk' ? 'warn' : 'error'
  log[level]('outcome_spooled', { credential_id: outcome.credentialId, place, detail })
  return 'spooled'
}
