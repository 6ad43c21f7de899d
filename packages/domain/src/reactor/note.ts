import { z } from 'zod'
import { COMMON_FIELDS, defineResource } from './resource-fields.ts'

const NOTE_CHARACTERS = 512

/** A note; it is never changed, and goes with what it is about. */
export const noteInput = z.strictObject({
  text: z
    .string()
    .min(1)
    .refine(
      // Characters are code points here: an emoji is one.
      (text) => text.length <= 2 * NOTE_CHARACTERS && [...text].length <= NOTE_CHARACTERS,
      `A note has at most ${NOTE_CHARACTERS} characters.`,
    ),
})

export const NOTE = defineResource({
  type: 'notes',
  input: noteInput,
  readOnly: ['created_at', 'updated_at', 'author_display_name', 'author_email'],
  fixed: ['text'],
  uniqueNames: false,
  fields: { created_at: COMMON_FIELDS.created_at },
})
