import type { AnswerOf } from '@bursar/domain/api/table.ts'

/** One line of the trail. */
export type AuditEntry = AnswerOf<'listAudit'>['items'][number]
