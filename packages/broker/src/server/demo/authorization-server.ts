import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'
import type { Clock } from '../../operations/ports.ts'

/** An authorization server and an API on this machine, for the demonstration. Each path has its own character. */
export interface DemoAuthorizationServer {
  url: string
  /** From now on `/moody/token` answers 503. */
  sulk(): void
  /** A code as the sign-in page would hand it out. */
  issueCode(): string
  close(): Promise<void>
}

export const DEMO_CLIENT = { id: 'demo', secret: 'correct horse & battery' }

/** Seconds a token of each path lives, and how long its answer takes. */
const CHARACTERS: Readonly<Record<string, { expiresIn: number; delayMs?: number; jwt?: boolean }>> = {
  '/calm/token': { expiresIn: 3_600 },
  '/jwt/token': { expiresIn: 7_200, jwt: true },
  '/long/token': { expiresIn: 20 * 86_400 },
  '/brisk/token': { expiresIn: 45 },
  '/slow/token': { expiresIn: 30, delayMs: 12_000 },
  '/moody/token': { expiresIn: 86_400 },
}

const BODY_BYTES_AT_MOST = 64 * 1024

export async function startDemoAuthorizationServer(
  clock: Pick<Clock, 'now' | 'wait'>,
): Promise<DemoAuthorizationServer> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const codes = new Set<string>()
  const refreshTokens = new Set<string>()
  const stopping = new AbortController()
  let isSulking = false
  let url = ''

  const opaque = () => randomBytes(24).toString('base64url')

  function issueCode(): string {
    const code = opaque()
    codes.add(code)
    return code
  }

  async function token(path: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const form = new URLSearchParams(await readBody(req))
    const character = CHARACTERS[path]
    if (path === '/html/token') return void res.writeHead(200, HTML).end('<h1>Maintenance until Monday</h1>')
    if (character === undefined) return answer(res, 404, { error: 'not_found' })
    if (path === '/moody/token' && isSulking) return answer(res, 503, { error: 'temporarily_unavailable' })
    if (!isClient(req, form)) return answer(res, 401, { error: 'invalid_client' })
    const refused = spend(form)
    if (refused !== null) return answer(res, 400, { error: 'invalid_grant', error_description: refused })
    await clock.wait(character.delayMs ?? 20 + Math.floor(Math.random() * 60), stopping.signal)
    const refreshToken = form.get('grant_type') === 'client_credentials' ? undefined : opaque()
    if (refreshToken !== undefined) refreshTokens.add(refreshToken)
    answer(res, 200, {
      access_token: character.jwt ? await signed(form.get('scope')) : opaque(),
      token_type: 'Bearer',
      expires_in: character.expiresIn,
      ...(form.has('scope') && { scope: form.get('scope') }),
      ...(refreshToken !== undefined && { refresh_token: refreshToken }),
    })
  }

  /** A code and a refresh token work once. */
  function spend(form: URLSearchParams): string | null {
    const grant = form.get('grant_type')
    if (grant === 'authorization_code' && !codes.delete(form.get('code') ?? '')) return 'The code was used.'
    if (grant === 'refresh_token' && !refreshTokens.delete(form.get('refresh_token') ?? ''))
      return 'The user withdrew the consent.'
    return null
  }

  function signed(scope: string | null): Promise<string> {
    const now = clock.now()
    return new SignJWT({ scope: scope ?? 'mail.read', client_id: DEMO_CLIENT.id, tenant: 'acme' })
      .setProtectedHeader({ alg: 'ES256', kid: 'demo-1', typ: 'at+jwt' })
      .setIssuer(url)
      .setAudience(`${url}/api`)
      .setSubject('service-account-7')
      .setIssuedAt(now)
      .setExpirationTime(now + 7_200)
      .setJti(opaque())
      .sign(privateKey)
  }

  function authorize(target: URL, res: ServerResponse): void {
    const back = URL.parse(target.searchParams.get('redirect_uri') ?? '')
    if (back === null) return void answer(res, 400, { error: 'invalid_request' })
    back.searchParams.set('code', issueCode())
    back.searchParams.set('state', target.searchParams.get('state') ?? '')
    res.writeHead(302, { Location: back.href }).end()
  }

  const server = createServer((req, res) => {
    const target = new URL(req.url!, url)
    const path = target.pathname
    if (path === '/authorize') return authorize(target, res)
    if (path.startsWith('/api/'))
      return answer(res, req.headers.authorization ? 200 : 401, { path, hello: 'from the demonstration' })
    token(path, req, res).catch(() => res.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    url,
    sulk() {
      isSulking = true
    },
    issueCode,
    async close() {
      stopping.abort()
      server.close()
      server.closeAllConnections()
    },
  }
}

const HTML = { 'Content-Type': 'text/html' }

function answer(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
}

/** RFC 6749 §2.3.1: both parts are form-encoded before they become Basic; or they stand in the form. */
function isClient(req: IncomingMessage, form: URLSearchParams): boolean {
  const basic = /^Basic (.+)$/i.exec(req.headers.authorization ?? '')?.[1]
  const pair = basic === undefined ? undefined : Buffer.from(basic, 'base64').toString()
  const [id, secret] =
    pair === undefined
      ? [form.get('client_id'), form.get('client_secret')]
      : pair.split(':').map((part) => new URLSearchParams(`v=${part}`).get('v'))
  return id === DEMO_CLIENT.id && secret === DEMO_CLIENT.secret
}

async function readBody(req: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of req.setEncoding('utf8')) {
    text += chunk
    if (text.length > BODY_BYTES_AT_MOST) throw new Error('The body is too large.')
  }
  return text
}
