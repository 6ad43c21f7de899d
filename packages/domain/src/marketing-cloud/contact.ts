import { z } from 'zod'
import type { Problem } from '../error.ts'
import { isObject } from '../json.ts'
import { problem } from '../problem.ts'
import { problemsOfIssues } from '../schema-problem.ts'
import type { Contact } from './binding.ts'

const members = z.record(z.string(), z.unknown()).default({})

/** A contact as it is handed in: one JSON object, or one line of NDJSON. */
export const contactInput = z.strictObject({
  key: z.string().min(1).max(4096).describe('The contact key: `Contact.Key` and `keyValue`.'),
  attributes: members.describe('`Contact.Attribute.…`'),
  events: members.describe('`Event.<key>.…`'),
  interactions: members.describe('`Interaction.<activity key>.…`'),
  interactionDefaults: members.describe('`InteractionDefaults.…`'),
})

const NONE: Readonly<Record<string, unknown>> = Object.freeze({})
const MEMBERS = ['attributes', 'events', 'interactions', 'interactionDefaults'] as const

/** Reads a contact; the straight way first, since there may be millions of them. */
export function parseContact(value: unknown): { contact: Contact } | { problems: Problem[] } {
  if (!isObject(value)) return { problems: [problem('', 'field.invalid', 'A contact is a JSON object.')] }
  const { key, attributes = NONE, events = NONE, interactions = NONE, interactionDefaults = NONE } = value
  const plain =
    typeof key === 'string' &&
    key.length > 0 &&
    key.length <= 4096 &&
    [attributes, events, interactions, interactionDefaults].every(isObject) &&
    Object.keys(value).every((member) => member === 'key' || (MEMBERS as readonly string[]).includes(member))
  if (plain) return { contact: { key, attributes, events, interactions, interactionDefaults } as Contact }
  const parsed = contactInput.safeParse(value)
  if (parsed.success) return { contact: parsed.data }
  return { problems: problemsOfIssues(parsed.error.issues, contactInput, '') }
}
