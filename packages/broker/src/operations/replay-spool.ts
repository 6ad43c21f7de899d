import type { Ports } from './ports.ts'

/** What was answered while the database was away comes before anything that is asked next. */
export async function replaySpool({
  store,
  spool,
  log,
}: Pick<Ports, 'store' | 'spool' | 'log'>): Promise<void> {
  if (spool.size === 0) return
  const left = await spool.replay(
    (outcome) => store.tokens.saveOutcome(outcome),
    (name, error) => log.error('spool_entry_set_aside', { name, error: error.name }),
  )
  log.info('spool_replayed', { left })
}
