import { BursarError } from '@bursar/domain/error.ts'
import { readSessionCookie, refuseForeign } from './session-cookie.ts'

interface Authentication<Caller> {
  authenticateFast(key: string): Caller | undefined
  authenticate(key: string): Promise<Caller>
  authenticateSession(token: string): Promise<Caller>
}

/** Who asks: by `Authorization: Bearer <key>` (RFC 6750 §2.1), else by the cookie of a session. */
export async function authenticate<Caller>(
  operations: Authentication<Caller>,
  { method, headers }: Pick<Request, 'method' | 'headers'>,
): Promise<Caller> {
  const header = headers.get('authorization')
  const token = header === null ? readSessionCookie(headers) : null
  if (token !== null) {
    refuseForeign(method, headers)
    return operations.authenticateSession(token)
  }
  const key = /^bearer +([^\s]+) *$/i.exec(header ?? '')?.[1]
  if (key === undefined)
    throw new BursarError('caller.unauthenticated', {
      detail: header === null ? 'There is no key.' : 'The Authorization header is not `Bearer <key>`.',
      hint: 'Send `Authorization: Bearer bsr_…`.',
    })
  return operations.authenticateFast(key) ?? (await operations.authenticate(key))
}
