import { BursarError } from '@bursar/domain/error.ts'
import type { Outcome } from '../store/store.ts'
import type { Ports } from './ports.ts'

export type SaveEnd = 'saved' | 'fenced' | 'spooled' | 'lost'

/**
 * Saves an outcome; while the database is away it is kept on local disk and replayed, so that an answer that
 * arrived is never lost, nor what it says of an intent: that nothing was spent. Only an outcome that changes
 * neither is let go; its lease runs out by itself.
 */
export async function saveOutcome(
  { store, spool, log }: Pick<Ports, 'store' | 'spool' | 'log'>,
  outcome: Outcome,
): Promise<SaveEnd> {
  try {
    return (await store.tokens.saveOutcome(outcome)) ? 'saved' : 'fenced'
  } catch (error) {
    if (!(error instanceof BursarError) || error.code !== 'store.unavailable') throw error
    const endsIntent = outcome.intentId !== null && !outcome.keepIntent
    if (outcome.token === undefined && outcome.journal === null && !endsIntent) return 'lost'
    const place = await spool.put(outcome)
    const level = place === 'disk' ? 'warn' : 'error'
    log[level]('outcome_spooled', { credential_id: outcome.credentialId, place, detail: error.detail })
    return 'spooled'
  }
}
