import { z } from 'zod'
import type { FieldKind } from './json-api/list-query.ts'
import { resourceName } from './property.ts'
import { COMMON_FIELDS, defineResource } from './resource-fields.ts'

/** What can be written of a host. Builds are kept by the broker itself, so a host is a name and no more. */
export const hostInput = z.strictObject({
  name: resourceName,
  type_of: z.enum(['akamai', 'sftp']).default('akamai'),
  server: z.string().max(253).nullable().default(null),
  path: z.string().max(2048).nullable().default(null),
  port: z.int().min(1).max(65_535).nullable().default(null),
  username: z.string().max(255).nullable().default(null),
  encrypted_private_key: z
    .string()
    .max(65_536)
    .nullish()
    .describe('Taken and not kept: nothing is sent by SFTP.'),
})
export type HostAttributes = Omit<z.infer<typeof hostInput>, 'encrypted_private_key'>

const FIELDS = {
  ...COMMON_FIELDS,
  status: 'text',
  type_of: 'text',
} as const satisfies Record<string, FieldKind>

/** A host: where Reactor delivers builds to. */
export const HOST = defineResource({
  type: 'hosts',
  input: hostInput,
  readOnly: ['created_at', 'updated_at', 'status'],
  fixed: ['type_of'],
  uniqueNames: false,
  fields: FIELDS,
})
