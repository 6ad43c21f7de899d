import type { z } from 'zod'
import { ERRORS, type ErrorCode } from '../error.ts'
import { type ProblemDocument, problem, problemType } from './wire/problem.ts'

/** How a door words its answers: what all calls of it have in common, whatever they are about. */
export interface Dialect {
  /** What the names of its errors begin with in OpenAPI. */
  name: string
  /** Media type of what it answers when a call went well. */
  mediaType: string
  errorMediaType: string
  /** Of every error; it has a name in OpenAPI. */
  errorSchema: z.ZodType
  /** HTTP status with which it answers an error. */
  statusOf(code: ErrorCode): number
  exampleOf(code: ErrorCode): unknown
  /** Errors that every call of it can end in, besides those about keys and bodies. */
  errors: readonly ErrorCode[]
}

const statusOf = (code: ErrorCode): number => ERRORS[code].status

export const exampleProblem = (code: ErrorCode, status = statusOf(code)): ProblemDocument => ({
  type: problemType(code),
  title: ERRORS[code].title,
  status,
  code,
  detail: `${ERRORS[code].title}.`,
  errors: [],
  request_id: '7c1e5c1b',
})

/** JSON, and problems by RFC 9457. */
export const NATIVE: Dialect = {
  name: 'Problem',
  mediaType: 'application/json',
  errorMediaType: 'application/problem+json',
  errorSchema: problem,
  statusOf,
  exampleOf: exampleProblem,
  errors: ['request.invalid', 'store.unavailable', 'internal'],
}
