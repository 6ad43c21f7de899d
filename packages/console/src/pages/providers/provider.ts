import type { AnswerOf } from '@bursar/domain/api/table.ts'

/** A named, versioned recipe. */
export type Provider = AnswerOf<'getProvider'>
