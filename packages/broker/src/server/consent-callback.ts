import { BursarError } from '@bursar/domain/error.ts'
import { Hono } from 'hono'
import { html } from 'hono/html'
import { CALLBACK_PATH } from '../operations/authorize.ts'
import type { Operations } from '../operations/operations.ts'
import type { Log, Random } from '../operations/ports.ts'

/** Where the provider sends the browser back to (RFC 6749 §4.1.2): tells the person how it ended. */
export function createConsentDoor({
  operations,
  log,
  random,
}: {
  operations: Pick<Operations, 'completeConsent'>
  log: Log
  random: Pick<Random, 'id'>
}): Hono {
  const door = new Hono()
  door.use(async (context, next) => {
    await next()
    context.header('Cache-Control', 'no-store')
    context.header('Referrer-Policy', 'no-referrer')
    context.header('X-Content-Type-Options', 'nosniff')
    context.header(
      'Content-Security-Policy',
      "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    )
  })
  door.get(CALLBACK_PATH, async (context) => {
    const query = context.req.query()
    try {
      const { name, status, detail } = await operations.completeConsent({
        ...(query.state !== undefined && { state: query.state }),
        ...(query.code !== undefined && { code: query.code }),
        ...(query.error !== undefined && { error: query.error }),
        ...(query.error_description !== undefined && { errorDescription: query.error_description }),
        ...(query.iss !== undefined && { iss: query.iss }),
      })
      const active = status === 'active'
      return context.html(
        page(active ? 'Signed in' : 'The sign-in did not work', name, detail),
        active ? 200 : 502,
      )
    } catch (error) {
      const requestId = random.id()
      if (error instanceof BursarError) {
        return context.html(
          page('The sign-in did not work', null, error.detail, error.hint),
          error.status as 400,
        )
      }
      log.error('consent_failed', { request_id: requestId, error: (error as Error).name })
      return context.html(
        page('Something went wrong', null, `Look for request ${requestId} in the log.`),
        500,
      )
    }
  })
  door.notFound((context) => context.html(page('Nothing here', null, 'This address leads nowhere.'), 404))
  return door
}

const page = (title: string, name: string | null, detail: string, hint?: string) => html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · Bursar</title>
<style>
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; margin: 12vh auto; max-width: 32rem; padding: 0 1.5rem }
h1 { font-size: 1.4rem; margin: 0 0 .5rem }
code { font-size: .95em }
p { margin: .5rem 0 }
.quiet { opacity: .7 }
</style>
<h1>${title}</h1>
${name === null ? '' : html`<p>Credential <code>${name}</code></p>`}
<p>${detail}</p>
${hint === undefined ? '' : html`<p class="quiet">${hint}</p>`}
<p class="quiet">You can close this window.</p>
</html>`
