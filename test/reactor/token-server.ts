import { createHash, randomBytes } from 'node:crypto'
import { type HttpServer, readText, startHttpServer } from '../http-server.ts'
import type { Json } from './world.ts'

export interface TokenCall {
  path: string
  method: string
  /** Of the form. */
  members: Record<string, string>
}

export interface TokenServer extends HttpServer {
  calls: TokenCall[]
  /** What the next answers are; `token-1`, `token-2`, … for a day unless it says otherwise. */
  answer: { status?: number; body?: Json; raw?: string; type?: string; expiresIn?: number }
  /** Answers are held back until it is released. */
  hold(): () => void
  /** What a browser is sent back to after a consent, or with this error. */
  consent(authorizationUrl: string, error?: string): string
}

/**
 * An authorization server: a token endpoint that answers what it is told, and the code grant with PKCE
 * (RFC 6749 §4.1, RFC 7636) at `/authorize`.
 */
export async function startTokenServer(): Promise<TokenServer> {
  const calls: TokenCall[] = []
  const codes = new Map<string, { challenge: string; redirectUri: string }>()
  let issued = 0
  let held: Promise<void> | null = null
  const server = await startHttpServer(async (request, response) => {
    const members = Object.fromEntries(new URLSearchParams(await readText(request)))
    calls.push({ path: request.url ?? '', method: request.method ?? '', members })
    const { status = 200, body, raw, type = 'application/json', expiresIn = 86_400 } = self.answer
    await held
    issued += 1
    const token = { access_token: `token-${issued}`, token_type: 'Bearer', expires_in: expiresIn }
    const answered = body ?? (members.code === undefined ? token : redeem(members, token))
    const refused = answered.error !== undefined && status === 200
    response.writeHead(refused ? 400 : status, { 'Content-Type': type, 'Set-Cookie': 'session=never-shown' })
    response.end(raw ?? JSON.stringify(answered))
  })

  function redeem(members: Record<string, string>, token: Json): Json {
    const code = codes.get(members.code!)
    codes.delete(members.code!)
    const challenge = createHash('sha256')
      .update(members.code_verifier ?? '')
      .digest('base64url')
    const fits = code?.challenge === challenge && code.redirectUri === members.redirect_uri
    return fits ? { ...token, refresh_token: `refresh-${issued}` } : { error: 'invalid_grant' }
  }

  const self: TokenServer = {
    ...server,
    calls,
    answer: {},
    hold() {
      let release = () => {}
      held = new Promise((resolve) => {
        release = resolve
      })
      return () => {
        held = null
        release()
      }
    },
    consent(authorizationUrl, error) {
      const asked = new URL(authorizationUrl).searchParams
      const back = new URL(asked.get('redirect_uri')!)
      back.searchParams.set('state', asked.get('state')!)
      if (error !== undefined) {
        back.searchParams.set('error', error)
        return back.href
      }
      const code = randomBytes(12).toString('hex')
      codes.set(code, { challenge: asked.get('code_challenge')!, redirectUri: asked.get('redirect_uri')! })
      back.searchParams.set('code', code)
      return back.href
    },
  }
  return self
}
