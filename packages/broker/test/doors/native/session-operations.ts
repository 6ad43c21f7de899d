import { BursarError } from '@bursar/domain/error.ts'
import { Secret } from '@bursar/domain/secret.ts'
import type { SessionOperations, SessionView } from '../../../src/operations/console/sessions.ts'

const AT = 1_790_000_000

const SESSION: SessionView = {
  id: '019aab64-1c11-7a31-9d3e-0a4f6f2f9a10',
  method: 'key',
  caller: { id: 'admin', name: 'Admin' },
  scopes: ['admin'],
  roles: [],
  createdAt: AT,
  seenAt: AT,
  idleEndsAt: AT + 3600,
  endsAt: AT + 43_200,
  address: '127.0.0.1',
  userAgent: 'Mozilla/5.0',
  current: true,
}

/** Fixed answers, as those of the other operations. */
export const sessionOperations: SessionOperations = {
  authenticateSession: async () => {
    throw new BursarError('session.ended')
  },
  createSession: async () => ({
    session: SESSION,
    token: new Secret('019aab64-1c11-7a31-9d3e-0a4f6f2f9a10.secret'),
    maxAgeSeconds: 43_200,
  }),
  getSession: async () => SESSION,
  endSession: async () => {},
  listSessions: async () => [SESSION],
  deleteSession: async () => {},
  createSignInLink: async () => ({ url: 'https://bursar.example.com/console/sign-in#link=x', expiresAt: AT }),
  signInOptions: () => ({ key: true, link: true, sso: null }),
}
