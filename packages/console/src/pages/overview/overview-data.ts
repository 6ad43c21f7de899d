import type { AnswerOf } from '@bursar/domain/api/table.ts'

export type OverviewData = AnswerOf<'getOverview'>
