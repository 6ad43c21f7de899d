import { z } from 'zod'
import { SIGNING_ALGORITHMS } from '../../exchange.ts'
import { instant } from './instant.ts'

const version = z.object({
  kid: z.string().describe('The RFC 7638 thumbprint; random for a shared secret'),
  status: z.enum(['next', 'active', 'retired']),
  created_at: instant,
  active_at: instant.describe('From here on it signs'),
  retired_at: instant.nullable().describe('From here on another signs'),
  ends_at: instant.nullable().describe('From here on it verifies nothing'),
  jwk: z.record(z.string(), z.unknown()).nullable().describe('The public half; null for a shared secret'),
})

/** A signing key and its rotation. Private parts are never in it. */
export const signingKey = z.object({
  name: z.string(),
  algorithm: z.enum(SIGNING_ALGORITHMS),
  keys: z.array(version),
  created_at: instant,
  updated_at: instant,
})

/** The one answer that carries a shared secret. */
export const newSigningKey = signingKey.extend({
  secret: z
    .string()
    .nullable()
    .describe('Of an HS algorithm, where it was made here: shown once, for those who verify with it'),
})
