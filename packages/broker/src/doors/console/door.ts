import { createHash, randomBytes } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'
import { Hono } from 'hono'
import { acceptedCoding } from '../../http/content-coding.ts'
import { logError, presentError } from '../../http/problem-answer.ts'
import type { Log, Random } from '../../operations/ports.ts'
import { type Asset, createAssets, isSqueezable } from './assets.ts'
import { addSignOn, type SignOnDoorPorts } from './sign-on.ts'

export const CONSOLE_PATH = '/console'

export interface ConsoleDoorPorts {
  /** Folder of the built console. */
  folder: string
  log: Log
  random: Pick<Random, 'id'>
  /** Null without an identity provider. */
  signOn: Omit<SignOnDoorPorts, 'log' | 'random'> | null
}

/** The console as a browser loads it: built files, and `index.html` for every page of it. */
export function createConsoleDoor({ folder, log, random, signOn }: ConsoleDoorPorts): Hono {
  const door = new Hono()
  const assets = createAssets(folder)
  let isMissed = false

  if (signOn !== null) addSignOn(door, CONSOLE_PATH, { ...signOn, log, random })

  door.get(CONSOLE_PATH, (context) => context.redirect(`${CONSOLE_PATH}/`, 308))

  door.get(`${CONSOLE_PATH}/*`, async (context) => {
    const files = assets()
    if (files === null) {
      if (!isMissed) log.warn('console_not_built', { folder, hint: BUILD_HINT })
      isMissed = true
      return notBuilt()
    }
    const name = context.req.path.slice(CONSOLE_PATH.length + 1)
    const asset = files.get(name)
    if (asset === undefined && /^assets\/|\.\w+$/.test(name)) return nothingHere()
    return asset === undefined || name === 'index.html'
      ? sendPage(context.req.raw, files.get('index.html')!)
      : sendAsset(context.req.raw, asset)
  })

  door.all('*', () => {
    const refusal = new BursarError('request.method', { detail: 'Here goes GET, HEAD.' })
    return presentError(refusal, random.id(), { ...SEAL, Allow: 'GET, HEAD' })
  })
  door.onError((error) => {
    const requestId = random.id()
    logError(log, error, requestId)
    return presentError(error, requestId, SEAL)
  })
  return door
}

const BUILD_HINT = 'Build it: npm run build -w @bursar/console (npm ci does so by itself).'

/** What every answer carries: not framed, not sniffed, its address told to no other site. */
const SEAL: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
}

/** Where a style that a library adds at run time finds its nonce: `<meta property="csp-nonce" nonce="…">`. */
const NONCE_PLACE = '%CSP_NONCE%'

/** Everything comes from here, no script stands in a page, no style without the nonce does, nothing frames it. */
const policy = (nonce: string | null): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${nonce === null ? '' : ` 'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')

async function sendPage(request: Request, page: Asset): Promise<Response> {
  const text = page.bytes.toString('utf8')
  if (!text.includes(NONCE_PLACE))
    return sendAsset(request, page, { 'Content-Security-Policy': policy(null) })
  const nonce = randomBytes(16).toString('base64url')
  return new Response(text.replaceAll(NONCE_PLACE, nonce), {
    headers: {
      ...SEAL,
      'Content-Type': page.type,
      'Content-Security-Policy': policy(nonce),
      'Cache-Control': 'no-store',
    },
  })
}

async function sendAsset(
  request: Request,
  asset: Asset,
  more: Readonly<Record<string, string>> = { 'Content-Security-Policy': policy(null) },
): Promise<Response> {
  const headers = {
    ...SEAL,
    ...more,
    'Content-Type': asset.type,
    'Cache-Control': asset.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    ETag: asset.etag,
    Vary: 'Accept-Encoding',
  }
  if (request.headers.get('if-none-match')?.includes(asset.etag)) {
    return new Response(null, { status: 304, headers })
  }
  const coding = isSqueezable(asset)
    ? acceptedCoding(request.headers.get('accept-encoding'), ['br', 'gzip'])
    : null
  if (coding === null) return new Response(new Uint8Array(asset.bytes), { headers })
  const bytes = await asset.compressed(coding)
  return new Response(new Uint8Array(bytes), { headers: { ...headers, 'Content-Encoding': coding } })
}

const nothingHere = (): Response =>
  new Response('Nothing here.\n', {
    status: 404,
    headers: { ...SEAL, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
  })

const STYLE = 'body{font:16px/1.5 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1rem}'

function notBuilt(): Response {
  const hash = createHash('sha256').update(STYLE).digest('base64')
  const page = `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>The console is not built</title><style>${STYLE}</style>
<h1>The console is not built</h1>
<p>The broker runs; only the files of its console are missing. In the folder of Bursar:</p>
<pre>npm run build -w @bursar/console</pre>
<p>Then load this page again. The API works meanwhile: <a href="/openapi.json">/openapi.json</a>.</p>
</html>
`
  return new Response(page, {
    status: 503,
    headers: {
      ...SEAL,
      'Content-Type': 'text/html; charset=utf-8',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`,
    },
  })
}
