import type { AnswerOf } from '@bursar/domain/api/table.ts'

/** Who may ask Bursar, without the key. */
export type Caller = AnswerOf<'listCallers'>['items'][number]
