import { z } from 'zod'
import type { FieldKind } from './json-api/list-query.ts'
import { COMMON_FIELDS, defineResource } from './resource-fields.ts'

export const resourceName = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => name.trim() !== '', 'A name has to have visible characters.')

const flag = z.boolean()

/** What can be written of a property. Secrets exist only where the platform is `edge`. */
export const propertyInput = z.strictObject({
  name: resourceName.describe('Several properties may have the same.'),
  platform: z.enum(['web', 'mobile', 'edge']).default('web').describe('`edge` is event forwarding.'),
  domains: z.array(z.string().min(1).max(253)).max(100).default([]).describe('Of a web property.'),
  development: flag.default(false),
  privacy: z.string().max(64).nullable().default(null),
  enabled: flag.default(true),
  rule_component_sequencing_enabled: flag.default(false),
  ssl_enabled: flag.default(true),
  undefined_vars_return_empty: flag.default(false),
})
export type PropertyAttributes = z.infer<typeof propertyInput>

const FIELDS = {
  ...COMMON_FIELDS,
  enabled: 'boolean',
  platform: 'text',
  token: 'text',
} as const satisfies Record<string, FieldKind>

/** A property: what environments, secrets and rules belong to. */
export const PROPERTY = defineResource({
  type: 'properties',
  input: propertyInput,
  readOnly: ['created_at', 'updated_at', 'token'],
  fixed: ['platform'],
  uniqueNames: false,
  fields: FIELDS,
})
