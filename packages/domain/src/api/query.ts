import { z } from 'zod'

/**
 * A whole number in a query string. Only plain digits count: `''`, ` 5` and `0x10` are not numbers here,
 * though `Number()` would take them.
 */
export const wholeNumber = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\d{1,12}$/.test(value) ? Number(value) : value),
    z.int().min(min).max(max),
  )

/** Text that every engine can keep: no control characters, no half of a surrogate pair. */
export const plainText = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .refine(
      (text) => text.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(text),
      'has characters that no name has',
    )

export const cursor = z.string().min(1).max(500).describe('`next_cursor` of the page before').optional()

/** Asks for one page of a list. */
export const pageQuery = z.strictObject({
  cursor,
  limit: wholeNumber(1, 500).optional().describe('How many at most'),
})

/** An instant in a query string, ISO 8601 with an offset. */
export const instantText = z.iso.datetime({
  offset: true,
  error: 'Not an instant such as 2026-11-22T09:30:00Z',
})
