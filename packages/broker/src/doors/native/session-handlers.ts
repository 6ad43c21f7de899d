import type { sessionRoutes } from '@bursar/domain/api/routes/sessions.ts'
import { presentInstant, presentInstantOrNull } from '@bursar/domain/api/wire/instant.ts'
import type { SessionOperations, SessionView } from '../../operations/console/sessions.ts'
import { presentPage } from './present.ts'
import type { RequestOfOperation } from './request.ts'

/** The routes by which people at the console come and go. */
export type SessionHandlers = {
  [Id in (typeof sessionRoutes)[number]['operationId']]: (request: RequestOfOperation<Id>) => Promise<unknown>
}

export function createSessionHandlers(operations: SessionOperations): SessionHandlers {
  return {
    createSession: async ({ body: { key, link }, visitor }) => {
      visitor.refuseForeign()
      const opened = await operations.createSession(
        { ...(key !== undefined && { key }), ...(link !== undefined && { link }) },
        visitor.facts,
      )
      visitor.keep(opened)
      return presentSession(opened.session)
    },
    getSignInOptions: async () => operations.signInOptions(),
    getSession: async ({ caller }) => presentSession(await operations.getSession(caller)),
    endSession: async ({ caller, visitor }) => {
      await operations.endSession(caller)
      visitor.forget()
    },
    createSignInLink: async ({ caller }) => {
      const { url, expiresAt } = await operations.createSignInLink(caller)
      return { url, expires_at: presentInstant(expiresAt) }
    },
    listSessions: async ({ caller }) => presentPage(await operations.listSessions(caller), presentSession),
    deleteSession: ({ caller, params: { id } }) => operations.deleteSession(caller, id),
  }
}

function presentSession(view: SessionView) {
  return {
    id: view.id,
    method: view.method,
    caller: view.caller,
    scopes: view.scopes,
    roles: view.roles,
    created_at: presentInstantOrNull(view.createdAt),
    seen_at: presentInstantOrNull(view.seenAt),
    idle_ends_at: presentInstantOrNull(view.idleEndsAt),
    ends_at: presentInstantOrNull(view.endsAt),
    address: view.address,
    user_agent: view.userAgent,
    current: view.current,
  }
}
