import { BursarError } from '@bursar/domain/error.ts'
import type { Revisions } from './operations.ts'

/** Refuses a change to what is no longer as it was read: RFC 9110 §13.1.1. */
export function demandRevision(revisions: Revisions | undefined, revision: number, what: string): void {
  if (revisions == null || revisions.includes(revision)) return
  throw new BursarError('request.precondition', {
    path: '/header/if-match',
    detail: `${what} was changed in the meantime: it has revision ${revision} now.`,
    hint: 'Read it again, lay your change over it, and send it with the new ETag.',
  })
}
