import { z } from 'zod'
import { instant } from './instant.ts'

const clientSecretFacts = z.object({
  id: z.string(),
  created_at: instant,
  ends_at: instant.nullable().describe('When it is refused, because another has followed'),
})

/** An app of a token page, without its secrets. */
export const app = z.object({
  page: z.string(),
  client_id: z.string(),
  title: z.string().nullable(),
  grant_types: z.array(z.string()),
  scopes: z.array(z.string()),
  claims: z.record(z.string(), z.unknown()),
  enabled: z.boolean(),
  client_secrets: z.array(clientSecretFacts).describe('Those that are taken now'),
  signing_secret: z
    .object({
      set: z.literal(true),
      updated_at: instant,
      reference: z.record(z.string(), z.string()).optional(),
    })
    .nullable(),
  former_signing_secrets: z
    .array(
      z.object({
        updated_at: instant,
        ends_at: instant.describe('From here on it verifies nothing'),
        reference: z.record(z.string(), z.string()).optional(),
      }),
    )
    .describe('Those that sign no more and still verify'),
  created_at: instant,
  updated_at: instant,
})

/** The one answer that carries the client secret. */
export const newApp = app.extend({
  client_secret: z
    .string()
    .nullable()
    .describe('Shown once; only a salted hash is kept. Null when it was brought'),
})

export const appPatchBody = z.looseObject({}).describe('A JSON merge patch of the app')
