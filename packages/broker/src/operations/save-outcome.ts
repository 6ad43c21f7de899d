import { BursarError } from '@bursar/domain/error.ts'
import type { Outcome } from '../store/store.ts'
import type { Ports } from './ports.ts'

export type SaveEnd = 'saved' | 'fenced' | 'spooled' | 'lost'

/**
 * Saves an outcome; while the database is away it is kept on local disk and replayed, so that an answer that
 * arrived is never lost. Only an outcome without token and answer is let go: its lease runs out by itself.
 */
export async function saveOutcome(
  { store, spool, log }: Pick<Ports, 'store' | 'spool' | 'log'>,
  outcome: Outcome,
): Promise<SaveEnd> {
  try {
    return (await store.tokens.saveOutcome(outcome)) ? 'saved' : 'fenced'
  } catch (error) {
    if (!(error instanceof BursarError) || error.code !== 'store.unavailable') throw error
    if (outcome.token === undefined && outcome.journal === null) return 'lost'
    await spool.put(outcome)
    log.warn('outcome_spooled', { credential_id: outcome.credentialId, detail: error.detail })
    return 'spooled'
  }
}
