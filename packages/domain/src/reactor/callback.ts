import { z } from 'zod'
import { httpUrl } from '../http-url.ts'
import { AUDIT_EVENT_TYPES } from './audit-event.ts'
import { COMMON_FIELDS, defineResource } from './resource-fields.ts'

/** What can be written of a callback. */
export const callbackInput = z.strictObject({
  url: httpUrl.max(2_048).describe('Where messages are sent by POST.'),
  subscriptions: z
    .array(z.enum(AUDIT_EVENT_TYPES))
    .min(1)
    .max(AUDIT_EVENT_TYPES.length)
    .describe('Types of audit events, such as `rule.created`.'),
})

/** A callback: where the audit events of a property are told. */
export const CALLBACK = defineResource({
  type: 'callbacks',
  input: callbackInput,
  readOnly: ['created_at', 'updated_at'],
  fixed: [],
  uniqueNames: false,
  fields: { created_at: COMMON_FIELDS.created_at, updated_at: COMMON_FIELDS.updated_at },
})

/** When as many messages of a callback wait, the audit trail keeps the others. */
export const WAITING_AT_MOST = 500

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How long after a failed attempt the next one follows, as Reactor has it; after the last none does. */
export const CALLBACK_RETRY_SECONDS: readonly number[] = [
  MINUTE,
  5 * MINUTE,
  30 * MINUTE,
  HOUR,
  12 * HOUR,
  DAY,
  3 * DAY,
]
