import { z } from 'zod'
import { AUDIT_EVENT_TYPES } from '../../reactor/audit-event.ts'
import { STAGES } from '../../reactor/environment.ts'
import { LIBRARY_STATES } from '../../reactor/library.ts'
import { DEFINITIONS, type WrittenType } from '../../reactor/resource-definitions.ts'
import type { ResourceType } from '../../reactor/resource-type.ts'
import type { SecretType } from '../../reactor/secrets/secret-type.ts'
import { SECRET_STATUSES } from '../../reactor/secrets/state.ts'
import { SECRET_TYPES } from '../../reactor/secrets/table.ts'
import { instant } from '../wire/instant.ts'
import { reactorError } from './dialect.ts'

type Shape = Record<string, z.ZodType>

const times = { created_at: instant, updated_at: instant }

/** What can be written, without what would be put in where it is left out: an answer has it all. */
export function writtenShape(type: WrittenType): Shape {
  const shape: Shape = DEFINITIONS[type].input.shape
  return Object.fromEntries(Object.entries(shape).map(([name, member]) => [name, withoutDefault(member)]))
}

function withoutDefault(schema: z.ZodType): z.ZodType {
  if (!(schema instanceof z.ZodDefault)) return schema
  const inner = schema.unwrap() as z.ZodType
  return schema.description === undefined ? inner : inner.describe(schema.description)
}

const revisioned: Shape = {
  revision_number: z.int().min(0).describe('0 is the head'),
  dirty: z.boolean().describe('Of a head: changed since its newest revision'),
  published: z.boolean(),
  published_at: instant.nullable(),
  deleted_at: instant.nullable(),
  review_status: z.literal('unsubmitted'),
  ...times,
}

const delegates = z.array(
  z.object({
    id: z.string().describe('What `delegate_descriptor_id` names'),
    name: z.string(),
    display_name: z.string(),
    schema: z.record(z.string(), z.unknown()).describe('JSON Schema of its settings'),
  }),
)

/** A secret shows the credentials of its type, but for those that are written only. */
const secretAttributes = (type: SecretType): Shape => ({
  name: DEFINITIONS.secrets.input.shape.name,
  type_of: z.literal(type.typeOf),
  credentials: z.object(
    Object.fromEntries(
      Object.entries(type.credentials.shape as Shape)
        .filter(([name]) => !type.writeOnly.includes(name))
        .map(([name, member]) => [name, withoutDefault(member)]),
    ),
  ),
  status: z.enum(SECRET_STATUSES),
  activated_at: instant.nullable().describe('When the artifact that is served was stored'),
  expires_at: instant.nullable(),
  refresh_at: instant.nullable(),
  ...times,
})

const { encrypted_private_key: _neverKept, ...host } = writtenShape('hosts')

/** The attributes that answers show of each type; of secrets those of each type of secret. */
export const ATTRIBUTES: Readonly<Record<ResourceType, readonly Shape[]>> = {
  companies: [{ name: z.string(), edge_enabled: z.boolean(), ...times }],
  properties: [{ ...writtenShape('properties'), token: z.string(), ...times }],
  environments: [
    {
      ...writtenShape('environments'),
      token: z.string(),
      status: z.string(),
      library_path: z.null(),
      library_name: z.null(),
      library_entry_points: z.array(z.unknown()),
      ...times,
    },
  ],
  hosts: [{ ...host, status: z.string(), ...times }],
  secrets: Object.values(SECRET_TYPES).map(secretAttributes),
  notes: [
    {
      ...writtenShape('notes'),
      author_display_name: z.string().describe('Name of the caller'),
      author_email: z.null(),
      created_at: instant,
    },
  ],
  extension_packages: [
    {
      name: z.string(),
      display_name: z.string(),
      description: z.string(),
      platform: z.literal('edge'),
      version: z.string(),
      availability: z.literal('public'),
      status: z.literal('succeeded'),
      actions: delegates,
      conditions: delegates,
      data_elements: delegates,
      events: delegates,
      ...times,
    },
  ],
  extensions: [
    {
      ...writtenShape('extensions'),
      name: z.string(),
      display_name: z.string(),
      version: z.string(),
      ...revisioned,
    },
  ],
  data_elements: [{ ...writtenShape('data_elements'), ...revisioned }],
  rules: [{ ...writtenShape('rules'), ...revisioned }],
  rule_components: [{ ...writtenShape('rule_components'), deleted_at: instant.nullable(), ...times }],
  libraries: [
    {
      ...writtenShape('libraries'),
      state: z.enum(LIBRARY_STATES),
      published_at: instant.nullable(),
      build_required: z.boolean(),
      ...times,
    },
  ],
  builds: [{ status: z.enum(['succeeded', 'failed']), token: z.string(), ...times }],
  callbacks: [{ ...writtenShape('callbacks'), ...times }],
  audit_events: [
    {
      type_of: z.enum(AUDIT_EVENT_TYPES),
      display_name: z.string().nullable().describe('Name of the resource then; null where it has none'),
      attributed_to_display_name: z.string().describe('Name of the caller, or its id where it is gone'),
      attributed_to_email: z.null(),
      entity: z.string().describe('The resource in JSON: `data` with type, id, name and link'),
      ...times,
    },
  ],
}

const errors = z.object({ errors: z.array(reactorError) }).optional()
const revisionMeta: Shape = {
  latest_revision_number: z.int().min(0),
  deleted_at: instant.optional(),
}

/** What answers say of a resource in its `meta`. */
export const META: Readonly<Partial<Record<ResourceType, Shape>>> = {
  environments: { stage: z.enum(STAGES) },
  secrets: {
    status_details: errors.describe('Why the exchange failed'),
    refresh_status: z
      .enum(['pending', 'succeeded', 'failed'])
      .optional()
      .describe('Absent before the first refresh'),
    refresh_status_details: errors.describe('Each attempt that failed, newest first'),
    authorization_url: z.string().optional().describe('For the person who has to consent; shown once'),
    authorization_url_expires_at: instant.optional(),
    test_exchange: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('What the action `test` was answered, without refresh token'),
  },
  extensions: revisionMeta,
  data_elements: revisionMeta,
  rules: revisionMeta,
  libraries: { build_required_detail: z.string().nullable() },
  callbacks: {
    waiting: z.int().min(0).describe('Messages that are tried again later'),
    last_failure: z
      .object({ at: instant, type_of: z.string(), detail: z.string() })
      .nullable()
      .describe('Of the last attempt that failed, if any did'),
  },
  builds: {
    artifact_url: z.string().optional().describe('Where events go'),
    status_details: errors.describe('What kept it from succeeding'),
    republish_status: z.literal('succeeded').optional(),
    republished_at: instant.optional(),
  },
}
