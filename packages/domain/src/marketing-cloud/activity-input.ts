import { z } from 'zod'
import { externalKey } from './external-key.ts'

/** How an activity is handed in: its config.json, or where that is. */
export const activityInput = z
  .strictObject({
    key: externalKey.optional().describe('By default `applicationExtensionKey` of the configuration.'),
    config: z.record(z.string(), z.unknown()).optional().describe('The config.json itself.'),
    url: z.string().optional().describe('Where the config.json is.'),
    jwtSigningSecret: z.string().min(1).nullish().describe('Of the installed package.'),
  })
  .refine(
    ({ config, url }) => (config === undefined) !== (url === undefined),
    'Give either the config, or the url where it is.',
  )
export type ActivityInput = z.infer<typeof activityInput>
