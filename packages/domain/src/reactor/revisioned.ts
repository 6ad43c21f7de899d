import { z } from 'zod'
import { SETTINGS_AT_MOST } from './delegate-settings.ts'
import type { FieldKind } from './json-api/list-query.ts'
import { resourceName } from './property.ts'
import { COMMON_FIELDS, defineResource } from './resource-fields.ts'

/** What changes by revisions: the head is worked on, a revision stays as it was and goes into libraries. */
export const REVISIONED = ['data_elements', 'extensions', 'rules'] as const
export type RevisionedType = (typeof REVISIONED)[number]

/** What the server says of the head and of each revision. */
export interface RevisionFacts {
  /** 0 is the head. */
  revision_number: number
  /** Id of the head. */
  origin_id: string
  /** Of the head: changed since the newest revision. */
  dirty: boolean
  published: boolean
  /** Unix seconds. */
  published_at: number | null
  deleted_at: number | null
}

const SERVER_WRITES = [
  'created_at',
  'updated_at',
  'deleted_at',
  'dirty',
  'published',
  'published_at',
  'revision_number',
  'origin_id',
  'version',
  'review_status',
]

const LIST_FIELDS = {
  ...COMMON_FIELDS,
  dirty: 'boolean',
  enabled: 'boolean',
  origin_id: 'text',
  published: 'boolean',
  published_at: 'instant',
  revision_number: 'number',
} as const satisfies Record<string, FieldKind>

const settings = z
  .string('Settings are JSON in a text.')
  .max(SETTINGS_AT_MOST)
  .describe('JSON in a text, as the delegate wants it.')
const delegateId = z.string().min(1).max(255).describe('`<package>::<kind>::<name>`.')

export const dataElementInput = z.strictObject({
  name: resourceName.describe('Unique in the property; `{{name}}` stands for its value.'),
  delegate_descriptor_id: delegateId,
  settings: settings.default('{}'),
  default_value: z.string().max(65_536).nullable().default(null).describe('Where the value is null.'),
  clean_text: z.boolean().default(false).describe('Trims, and makes one blank of many.'),
  force_lower_case: z.boolean().default(false),
  storage_duration: z.string().max(32).nullable().default(null).describe('Of web properties; kept only.'),
  enabled: z.boolean().default(true).describe('Builds leave out what is not.'),
})
export const DATA_ELEMENT = defineResource({
  type: 'data_elements',
  input: dataElementInput,
  readOnly: SERVER_WRITES,
  fixed: [],
  uniqueNames: true,
  fields: LIST_FIELDS,
})

export const ruleInput = z.strictObject({
  name: resourceName,
  enabled: z.boolean().default(true).describe('Builds leave out what is not.'),
})
export const RULE = defineResource({
  type: 'rules',
  input: ruleInput,
  readOnly: SERVER_WRITES,
  fixed: [],
  uniqueNames: false,
  fields: LIST_FIELDS,
})

export const extensionInput = z.strictObject({
  enabled: z.boolean().default(true),
  settings: settings.default('{}'),
  delegate_descriptor_id: delegateId.nullable().default(null),
})
export const EXTENSION = defineResource({
  type: 'extensions',
  input: extensionInput,
  readOnly: [...SERVER_WRITES, 'name', 'display_name'],
  fixed: [],
  uniqueNames: true,
  fields: { ...LIST_FIELDS, display_name: 'text', version: 'text' },
})

const ORDER = z.int().min(0).max(1_000_000)

export const ruleComponentInput = z.strictObject({
  name: resourceName,
  delegate_descriptor_id: delegateId,
  settings: settings.default('{}'),
  order: ORDER.default(0).describe('Actions run in this order, one after another.'),
  rule_order: z.number().min(0).max(1_000_000).default(50),
  negate: z.boolean().default(false).describe('Of a condition: it has not to hold.'),
  timeout: z.int().min(0).max(30_000).default(30_000).describe('Kept only; each action has 30 s.'),
  delay_next: z.boolean().default(true).describe('Kept only; actions always wait for each other.'),
})
export const RULE_COMPONENT = defineResource({
  type: 'rule_components',
  input: ruleComponentInput,
  readOnly: SERVER_WRITES,
  fixed: [],
  uniqueNames: false,
  fields: {
    ...COMMON_FIELDS,
    delegate_descriptor_id: 'text',
    negate: 'boolean',
    order: 'number',
    rule_order: 'number',
    delay_next: 'boolean',
    timeout: 'number',
  },
})
