import type { Ports } from './ports.ts'
import { type SavePorts, saveNewest } from './save-newest.ts'

/** What was answered while the database was away comes before anything that is asked next. */
export async function replaySpool(ports: SavePorts & Pick<Ports, 'spool' | 'log'>): Promise<void> {
  const { spool, log } = ports
  if (spool.size === 0) return
  const left = await spool.replay(
    // Nobody is waited for here: one that is held comes again with the next replay.
    async (outcome) => (await saveNewest(ports, outcome, 0)) !== 'held',
    (name, error) => log.error('spool_entry_set_aside', { name, error: error.name }),
  )
  log.info('spool_replayed', { left })
}
