import { z } from 'zod'
import { instant } from './instant.ts'

const count = z.int().min(0)

export const ROTATION_STATES = ['distributing', 'settling', 'resealing', 'confirming', 'done'] as const

/** A rotation of keys, under way or the last one. */
export const rotation = z.object({
  state: z
    .enum(ROTATION_STATES)
    .describe(
      '`distributing` until every node holds the new key of the ring, `settling` until every node seals with the ' +
        'new data key, `resealing` row by row, `confirming` that nothing was written with an old key meanwhile',
    ),
  ring_key: z.string(),
  data_key: z.string().nullable(),
  started_by: z.string(),
  started_at: instant,
  ended_at: instant.nullable(),
  total: count.describe('Sealed values to do'),
  done: count,
  waiting_for: z.array(z.string()).describe('Nodes that have to report something first'),
})

/** The keys that everything is sealed with; never a key itself. */
export const keys = z.object({
  origin: z.string().describe('Where the key ring is kept'),
  can_rotate: z.boolean().describe('Whether this server may add a key to the ring'),
  ring: z.array(
    z.object({
      id: z.string(),
      active: z.boolean(),
      data_keys: count.describe('Wrapped with it; with none it is needed for older backups only'),
    }),
  ),
  data_keys: z.array(
    z.object({ id: z.string(), ring_key: z.string(), created_at: instant, sealing: z.boolean() }),
  ),
  rotation: rotation.nullable(),
})

export const keyRotation = z.strictObject({
  ring: z
    .enum(['new', 'keep'])
    .default('new')
    .describe('`new` adds a random key to the ring; `keep` moves to the one that is active in it'),
})
