import type { IncomingMessage } from 'node:http'
import { BursarError } from '@bursar/domain/error.ts'
import type { Context, Hono } from 'hono'
import type { ClientFacts } from '../../http/client-facts.ts'
import { incomingOf } from '../../http/incoming.ts'
import { logError } from '../../http/problem-answer.ts'
import { readTicketCookie, sessionCookie, ticketCookie } from '../../http/session-cookie.ts'
import type { SingleSignOn } from '../../operations/console/single-sign-on.ts'
import type { Log, Random } from '../../operations/ports.ts'

export interface SignOnDoorPorts {
  signOn: SingleSignOn
  clientFacts: (req: IncomingMessage) => ClientFacts
  /** Whether browsers reach the console by https. */
  isSecure: () => boolean
  log: Log
  random: Pick<Random, 'id'>
}

/** The two addresses of single sign-on: there, and back. What goes wrong is told on the sign-in page. */
export function addSignOn(door: Hono, path: string, ports: SignOnDoorPorts): void {
  const { signOn, clientFacts, isSecure, log, random } = ports

  door.get(`${path}/sso`, (context) =>
    guarded(context, async () => {
      const { url, ticket, maxAgeSeconds } = await signOn.begin(context.req.query('return') ?? null)
      setCookie(context, ticketCookie(ticket, hostOf(context), isSecure(), maxAgeSeconds))
      return url
    }),
  )

  door.get(`${path}/sso/callback`, (context) =>
    guarded(context, async () => {
      const { headers, url } = context.req.raw
      const incoming = incomingOf(context)
      const from = {
        address: incoming === undefined ? '' : clientFacts(incoming).address,
        userAgent: headers.get('user-agent') ?? '',
      }
      setCookie(context, ticketCookie('', hostOf(context), isSecure(), 0))
      const { opened, returnTo } = await signOn.complete(new URL(url).search, readTicketCookie(headers), from)
      const { token, maxAgeSeconds } = opened
      setCookie(context, sessionCookie(token.reveal(), hostOf(context), isSecure(), maxAgeSeconds))
      return returnTo
    }),
  )

  async function guarded(context: Context, act: () => Promise<string>): Promise<Response> {
    context.header('Cache-Control', 'no-store')
    context.header('Referrer-Policy', 'no-referrer')
    try {
      return context.redirect(await act(), 302)
    } catch (error) {
      const requestId = random.id()
      logError(log, error, requestId)
      const { code, detail } = error instanceof BursarError ? error : new BursarError('internal')
      const said = new URLSearchParams({ error: code, detail, request_id: requestId })
      return context.redirect(`${path}/sign-in#${said}`, 302)
    }
  }
}

const hostOf = (context: Context): string => context.req.raw.headers.get('host') ?? ''
const setCookie = (context: Context, cookie: string): void =>
  context.header('Set-Cookie', cookie, { append: true })
