import { z } from 'zod'
import { ERRORS, type ErrorCode } from '../../error.ts'

/** One thing that is wrong with what was sent. */
export const problemDetail = z.object({
  path: z.string().describe('JSON pointer (RFC 6901) into the body, or `/query/…`, `/path/…`, `/header/…`'),
  code: z.string(),
  detail: z.string(),
  hint: z.string().optional().describe('What to do about it'),
  line: z.int().optional().describe('Of a template, from 1'),
  column: z.int().optional().describe('From 1'),
  excerpt: z.string().optional().describe('The line, with a caret under the place'),
})

/** Every error of the API, RFC 9457. */
export const problem = z.object({
  type: z.string().describe('`urn:bursar:error:` and the code'),
  title: z.string(),
  status: z.int().min(400).max(599),
  code: z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]]),
  detail: z.string(),
  hint: z.string().optional(),
  errors: z.array(problemDetail).describe('Everything that is wrong, at once; empty where nothing was sent'),
  request_id: z.string().describe('Stands in the log as well'),
})
export type ProblemDocument = z.infer<typeof problem>

/** RFC 9457 §3.1.1: names the kind of problem, need not lead anywhere. */
export const problemType = (code: ErrorCode): string => `urn:bursar:error:${code}`
