import { z } from 'zod'

/** What a reference into each kind of place says: always `from`, and the one member that names the place. */
export const OUTSIDE_REFERENCES = {
  env: z.strictObject({
    from: z.literal('env'),
    name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,255}$/, 'Not the name of an environment variable.'),
  }),
  file: z.strictObject({
    from: z.literal('file'),
    path: z
      .string()
      .max(4096)
      .regex(/^(?:\/|[A-Za-z]:[\\/])[^\0]+$/, 'Not the absolute path of a file.'),
  }),
  aws: z.strictObject({
    from: z.literal('aws'),
    name: z
      .string()
      .max(2048)
      .regex(/^[^\s\0]+$/, 'Not the name of a secret: it has blanks or is empty.')
      .describe('secret-name:key, or the name alone for all of its text (AWS Secrets Manager)'),
  }),
  azure: z.strictObject({
    from: z.literal('azure'),
    name: z
      .string()
      .max(127)
      .regex(/^[0-9A-Za-z.-]+$/, 'Letters, digits, hyphens and dots only.')
      .describe('Name of the secret; a dot is read as 0 (Azure Key Vault)'),
  }),
}

/** A kind of place outside of the store. */
export type SourceName = keyof typeof OUTSIDE_REFERENCES
export const SOURCE_NAMES = Object.keys(OUTSIDE_REFERENCES) as SourceName[]

/** A place outside of the store. */
export type OutsideReference = {
  [From in SourceName]: z.infer<(typeof OUTSIDE_REFERENCES)[From]>
}[SourceName]

/** A secret that a provider keeps for all of its credentials: a new value counts for each at once. */
const providerReference = z.strictObject({
  from: z.literal('provider'),
  provider: z.string().min(1).max(128),
  name: z.string().min(1).max(64),
})
export type ProviderSecretReference = z.infer<typeof providerReference>

/** Where a secret value lives when it is not sealed in the store. */
export const secretReference = z.discriminatedUnion('from', [
  OUTSIDE_REFERENCES.env,
  OUTSIDE_REFERENCES.file,
  OUTSIDE_REFERENCES.aws,
  OUTSIDE_REFERENCES.azure,
  providerReference,
])
export type SecretReference = OutsideReference | ProviderSecretReference
