import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'
import type { ClientFacts } from '../../http/client-facts.ts'
import { incomingOf } from '../../http/incoming.ts'
import { endedCookies, refuseForeign, sessionCookie } from '../../http/session-cookie.ts'
import type { NewSession, SignInFacts } from '../../operations/console/sessions.ts'

/** The browser behind a request, as far as signing in and out has to know it. */
export interface Visitor {
  facts: SignInFacts
  /** Throws `session.foreign_request`. */
  refuseForeign(): void
  keep(opened: NewSession): void
  forget(): void
}

export function visitorOf(context: Context, clientFacts: (req: IncomingMessage) => ClientFacts): Visitor {
  const { headers, method } = context.req.raw
  const incoming = incomingOf(context)
  const client = incoming && clientFacts(incoming)
  // A browser names the origin of the page it signs in on, also where TLS ends before us.
  const isSecure = client?.isSecure === true || headers.get('origin')?.startsWith('https://') === true
  const set = (cookie: string) => context.header('Set-Cookie', cookie, { append: true })
  return {
    facts: { address: client?.address ?? '', userAgent: headers.get('user-agent') ?? '' },
    refuseForeign: () => refuseForeign(method, headers),
    keep: ({ token, maxAgeSeconds }) =>
      set(sessionCookie(token.reveal(), headers.get('host') ?? '', isSecure, maxAgeSeconds)),
    forget: () => endedCookies(headers).forEach(set),
  }
}
