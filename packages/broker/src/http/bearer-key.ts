import { BursarError } from '@bursar/domain/error.ts'

interface Authentication<Caller> {
  authenticateFast(key: string): Caller | undefined
  authenticate(key: string): Promise<Caller>
}

/** Who asks, by `Authorization: Bearer <key>` (RFC 6750 §2.1). */
export async function authenticate<Caller>(
  operations: Authentication<Caller>,
  header: string | null,
): Promise<Caller> {
  const key = /^bearer +([^\s]+) *$/i.exec(header ?? '')?.[1]
  if (key === undefined)
    throw new BursarError('caller.unauthenticated', {
      detail: header === null ? 'There is no key.' : 'The Authorization header is not `Bearer <key>`.',
      hint: 'Send `Authorization: Bearer bsr_…`.',
    })
  return operations.authenticateFast(key) ?? (await operations.authenticate(key))
}
