import { z } from 'zod'
import type { FieldKind } from './json-api/list-query.ts'
import { resourceName } from './property.ts'
import { COMMON_FIELDS, defineResource } from './resource-fields.ts'

export const STAGES = ['development', 'staging', 'production'] as const
export type Stage = (typeof STAGES)[number]

/** Of these a property has one at most; development environments it has as many as it likes. */
export const SINGLE_STAGES: readonly Stage[] = ['staging', 'production']

/** What can be written of an environment. */
export const environmentInput = z.strictObject({
  name: resourceName,
  stage: z.enum(STAGES).default('development').describe('One staging and one production for each property.'),
  archive: z.boolean().default(false),
  path: z.string().max(2048).nullable().default(null),
})
export type EnvironmentAttributes = z.infer<typeof environmentInput>

const FIELDS = {
  ...COMMON_FIELDS,
  archive: 'boolean',
  stage: 'text',
  status: 'text',
  token: 'text',
} as const satisfies Record<string, FieldKind>

/** An environment: where builds run, and where the artifacts of secrets are kept. */
export const ENVIRONMENT = defineResource({
  type: 'environments',
  input: environmentInput,
  readOnly: [
    'created_at',
    'updated_at',
    'token',
    'status',
    'library_path',
    'library_name',
    'library_entry_points',
  ],
  fixed: ['stage'],
  uniqueNames: false,
  fields: FIELDS,
})
