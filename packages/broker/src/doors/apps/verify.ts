import { isJwtFault, type JwtFault } from '@bursar/domain/issuing/jwt-fault.ts'
import { readTokenMember } from '@bursar/domain/issuing/token-request.ts'
import type { AppsDoorPorts, PageCall } from './page-call.ts'
import { NO_STORE, sendJson } from './respond.ts'
import { readTokenText } from './token-text.ts'

/**
 * Whether a JWT of this page holds. `GET` with the JWT as bearer answers 200 or 401, as gateways want it;
 * `POST` with `token` answers 200 and `active`, as RFC 7662 §2.2 has it.
 */
export async function serveVerify(ports: Pick<AppsDoorPorts, 'operations'>, call: PageCall): Promise<void> {
  const { req, res } = call
  if (req.method === 'POST') return answerPost(ports, call)
  if (req.method === 'GET' || req.method === 'HEAD') return answerGet(ports, call)
  sendJson(res, 405, { error: 'invalid_request' }, { ...NO_STORE, Allow: 'GET, HEAD, POST' })
}

async function answerGet({ operations }: Pick<AppsDoorPorts, 'operations'>, { req, res, page }: PageCall) {
  const token = /^bearer +([^\s]+) *$/i.exec(req.headers.authorization ?? '')?.[1]
  if (token === undefined) {
    // RFC 6750 §3.1: without authentication information no error code.
    const challenge = { ...NO_STORE, 'WWW-Authenticate': `Bearer realm="${page.name}"` }
    return sendJson(res, 401, { active: false }, challenge)
  }
  const verified = await operations.verifyAppToken(page, token)
  if (!isJwtFault(verified)) return sendJson(res, 200, { ...verified.claims, active: true })
  const { detail } = verified
  sendJson(res, 401, inactive(verified), {
    ...NO_STORE,
    'WWW-Authenticate': `Bearer realm="${page.name}", error="invalid_token", error_description="${detail}"`,
  })
}

async function answerPost({ operations }: Pick<AppsDoorPorts, 'operations'>, { req, res, page }: PageCall) {
  const token = readToken(req.headers['content-type'] ?? '', await readTokenText(req))
  if (token === undefined) {
    const description = 'Send token, as a form or as JSON.'
    return sendJson(res, 400, { error: 'invalid_request', error_description: description })
  }
  const verified = await operations.verifyAppToken(page, token)
  sendJson(res, 200, isJwtFault(verified) ? inactive(verified) : { ...verified.claims, active: true })
}

function readToken(mediaType: string, text: string): string | undefined {
  if (/^application\/json *(;|$)/i.test(mediaType)) {
    try {
      return readTokenMember(JSON.parse(text))
    } catch {
      return undefined
    }
  }
  const tokens = new URLSearchParams(text).getAll('token')
  return tokens.length === 1 ? readTokenMember({ token: tokens[0] }) : undefined
}

const inactive = ({ fault, detail }: JwtFault) => ({ active: false, reason: fault, detail })
