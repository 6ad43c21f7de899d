import { readTokenRequest, type TokenRefusal } from '@bursar/domain/issuing/token-request.ts'
import { readBasicCredentials } from './basic-credentials.ts'
import type { AppsDoorPorts, PageCall } from './page-call.ts'
import { NO_STORE, sendJson } from './respond.ts'
import { readTokenText } from './token-text.ts'

/** A token endpoint, RFC 6749 §3.2. */
export async function serveStandardToken(
  { operations }: Pick<AppsDoorPorts, 'operations'>,
  call: PageCall,
): Promise<void> {
  const { req, res, page, client } = call
  if (req.method !== 'POST') {
    // §3.2: the client MUST use the HTTP POST method.
    sendJson(res, 405, errorBody('invalid_request', 'Use POST.'), { ...NO_STORE, Allow: 'POST' })
    return
  }
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(req.headers['content-type'] ?? '')) {
    return refuse(call, {
      error: 'invalid_request',
      description: 'Send the parameters as application/x-www-form-urlencoded.',
      status: 400,
    })
  }
  const form = [...new URLSearchParams(await readTokenText(req))]
  const read = readTokenRequest(form, readBasicCredentials(req.headers.authorization))
  if ('refusal' in read) return refuse(call, read.refusal)
  const outcome = await operations.requestAppToken(page, read.request, client.address)
  if (outcome.kind === 'refused') return refuse(call, outcome.refusal)
  const { token, expiresInSeconds, scope } = outcome
  sendJson(res, 200, {
    access_token: token,
    token_type: 'Bearer',
    expires_in: expiresInSeconds,
    ...(scope.length > 0 && { scope: scope.join(' ') }),
  })
}

const errorBody = (error: string, description: string) => ({ error, error_description: description })

/** RFC 6749 §5.2; RFC 9110 §11.6.1 has a challenge with every 401. */
function refuse({ res, page }: PageCall, refusal: TokenRefusal): void {
  const { error, description, status, retryAfterSeconds } = refusal
  sendJson(res, status, errorBody(error, description), {
    ...NO_STORE,
    ...(status === 401 && { 'WWW-Authenticate': `Basic realm="${page.name}", charset="UTF-8"` }),
    ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
  })
}
