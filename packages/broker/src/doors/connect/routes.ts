import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { CALLBACK_PATHS } from '@bursar/domain/callback-path.ts'
import { BursarError } from '@bursar/domain/error.ts'
import { type Context, Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import { CONNECT_PATH } from '../../operations/connect/connect-links.ts'
import type { ConnectOperations } from '../../operations/connect/connect-page.ts'
import type { Operations } from '../../operations/operations.ts'
import type { Log, Random } from '../../operations/ports.ts'
import { demandOwnForm, formKey, readForm } from './form.ts'
import { endPage, formPage, leavePage, type Page } from './pages.ts'

export interface ConnectDoorPorts {
  operations: Pick<Operations, 'completeConsent'> & ConnectOperations
  log: Log
  random: Pick<Random, 'id' | 'text'>
}

/** Whether a path is this door's where one listener serves all. */
export const isConnectPath = (path: string): boolean =>
  path.startsWith(`${CONNECT_PATH}/`) || (CALLBACK_PATHS as readonly string[]).includes(path)

/** Holds the random half of the form's key, and brings a person back to their link after a refusal. */
const COOKIE = 'bursar_connect'
const COOKIE_SECONDS = 3600

function readStyle(): { text: string; path: string } {
  const text = readFileSync(new URL('./connect.css', import.meta.url), 'utf8')
  const mark = createHash('sha256').update(text).digest('hex').slice(0, 12)
  return { text, path: `${CONNECT_PATH}/style-${mark}.css` }
}

/** The pages by which people connect accounts, and where providers send browsers back to. No scripts. */
export function createConnectDoor({ operations, log, random }: ConnectDoorPorts): Hono {
  const door = new Hono()
  const style = readStyle()
  const show = (context: Context, page: Page, status: number) => context.html(page(style.path), status as 200)

  door.use(async (context, next) => {
    await next()
    seal(context)
  })

  door.get(style.path, (context) => {
    context.header('Content-Type', 'text/css; charset=utf-8')
    context.header('Cache-Control', 'public, max-age=31536000, immutable')
    return context.body(style.text)
  })

  door.get(`${CONNECT_PATH}/:token`, async (context) => {
    const { token } = context.req.param()
    const view = await operations.openConnectLink(token)
    const half = random.text(24)
    keepHalf(context, token, half)
    return show(context, formPage(view, { key: formKey(token, half) }), 200)
  })

  door.post(`${CONNECT_PATH}/:token`, async (context) => {
    const { token } = context.req.param()
    const typed = await readForm(context.req.raw)
    const [, half = ''] = splitCookie(getCookie(context, COOKIE))
    demandOwnForm(context.req.raw.headers, typed.form_key, formKey(token, half))
    const view = await operations.openConnectLink(token)
    const result = await operations.submitConnectLink(token, typed)
    if (result.kind === 'redirect') return show(context, leavePage(result.url, result.host), 200)
    if (result.kind === 'connected') return show(context, connectedPage(result.credential), 200)
    const again = { key: formKey(token, half), typed }
    if (result.kind === 'failed') {
      return show(context, formPage(view, { ...again, failure: result.detail }), 502)
    }
    return show(context, formPage(view, { ...again, ...result }), 422)
  })

  for (const path of CALLBACK_PATHS) {
    door.get(path, async (context) => {
      const query = context.req.query()
      const retry = retryOf(getCookie(context, COOKIE))
      try {
        const { name, status, detail } = await operations.completeConsent({
          ...(query.state !== undefined && { state: query.state }),
          ...(query.code !== undefined && { code: query.code }),
          ...(query.error !== undefined && { error: query.error }),
          ...(query.error_description !== undefined && { errorDescription: query.error_description }),
          ...(query.iss !== undefined && { iss: query.iss }),
        })
        if (status === 'active') return show(context, connectedPage(name, `${detail} ${CONNECTED}`), 200)
        return show(context, failedPage(detail, { credential: name, retry }), 502)
      } catch (error) {
        if (!(error instanceof BursarError) || error.code.startsWith('connect_link.')) throw error
        const hint = error.code === 'consent.unknown' ? { hint: 'Start the sign-in again.' } : {}
        return show(context, failedPage(error.detail, { retry, ...hint }), error.status)
      }
    })
  }

  door.notFound((context) =>
    show(
      context,
      endPage({ kind: 'ended', title: 'Nothing here', detail: 'This address leads nowhere.' }),
      404,
    ),
  )

  door.onError((error, context) => {
    if (error instanceof BursarError && error.code !== 'internal') {
      const { detail, hint } = error
      const title = TITLES[error.code] ?? 'This did not work'
      const page = endPage({ kind: 'ended', title, detail, ...(hint !== undefined && { hint }) })
      return show(context, page, error.status)
    }
    const requestId = random.id()
    log.error('connect_failed', { request_id: requestId, error: error.name })
    const detail = `Something went wrong on our side. Whoever runs this finds it in the log as ${requestId}.`
    return show(context, endPage({ kind: 'failed', title: 'Something went wrong', detail }), 500)
  })
  return door
}

const TITLES: Readonly<Record<string, string>> = {
  'connect_link.not_found': 'This link is not known',
  'connect_link.ended': 'This link has ended',
  'connect_link.busy': 'Already on its way',
}

const CONNECTED = 'The account is connected.'

const connectedPage = (credential: string, detail = CONNECTED): Page =>
  endPage({ kind: 'connected', title: 'Connected', detail, credential })

const failedPage = (
  detail: string,
  more: { credential?: string; retry: string | null; hint?: string },
): Page => endPage({ kind: 'failed', title: 'The sign-in did not work', detail, ...more })

function keepHalf(context: Context, token: string, half: string): void {
  setCookie(context, COOKIE, `${token}|${half}`, {
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: new URL(context.req.url).protocol === 'https:',
    maxAge: COOKIE_SECONDS,
  })
}

const splitCookie = (cookie: string | undefined): string[] => (cookie ?? '').split('|')

function retryOf(cookie: string | undefined): string | null {
  const [token = ''] = splitCookie(cookie)
  return /^[\w-]+\.[\w-]+$/.test(token) ? `${CONNECT_PATH}/${token}` : null
}

/** Nothing is loaded but our own stylesheet, nothing frames the page, no other site learns the address. */
function seal(context: Context): void {
  const headers: Record<string, string> = {
    'Content-Security-Policy':
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  }
  for (const [name, value] of Object.entries(headers)) context.header(name, value)
  if (!context.res.headers.has('Cache-Control')) context.header('Cache-Control', 'no-store')
}
