import { isObject } from '../json.ts'

/** RFC 6749 §5.2, with the status that goes with it. */
export interface TokenRefusal {
  error:
    | 'invalid_request'
    | 'invalid_client'
    | 'invalid_scope'
    | 'unauthorized_client'
    | 'unsupported_grant_type'
    | 'temporarily_unavailable'
  description: string
  status: 400 | 401 | 413 | 429 | 503
  retryAfterSeconds?: number
}

export interface StandardTokenRequest {
  grantType: string
  clientId: string
  clientSecret: string
  scope: readonly string[]
}

const refuse = (
  error: TokenRefusal['error'],
  description: string,
  status: TokenRefusal['status'] = 400,
): { refusal: TokenRefusal } => ({ refusal: { error, description, status } })

/**
 * Reads a token request: form parameters (RFC 6749 §4.4.2) and client authentication by `client_secret_basic`
 * or `client_secret_post` (§2.3.1), never both.
 */
export function readTokenRequest(
  form: ReadonlyArray<readonly [name: string, value: string]>,
  basic: { clientId: string; clientSecret: string } | 'malformed' | null,
): { request: StandardTokenRequest } | { refusal: TokenRefusal } {
  const given = new Map<string, string | undefined>()
  for (const [name, value] of form) {
    // RFC 6749 §3.2: request and response parameters MUST NOT be included more than once.
    if (given.has(name)) return refuse('invalid_request', 'A parameter is there twice.')
    // §3.2: parameters sent without a value MUST be treated as if they were omitted.
    given.set(name, value === '' ? undefined : value)
  }
  if (basic === 'malformed')
    return refuse('invalid_client', 'The Authorization header is not Basic with id and secret.', 401)
  if (basic !== null && given.get('client_secret') !== undefined) {
    // §2.3: the client MUST NOT use more than one authentication method in each request.
    return refuse('invalid_request', 'The client authenticates in two ways at once.')
  }
  const clientId = basic?.clientId ?? given.get('client_id')
  const clientSecret = basic?.clientSecret ?? given.get('client_secret')
  if (!clientId || !clientSecret) return refuse('invalid_client', 'Client id and secret are missing.', 401)
  if (basic !== null && (given.get('client_id') ?? clientId) !== clientId)
    return refuse('invalid_request', 'The client ids of header and body differ.')
  const grantType = given.get('grant_type')
  if (grantType === undefined) return refuse('invalid_request', 'grant_type is missing.')
  return { request: { grantType, clientId, clientSecret, scope: readScope(given.get('scope')) } }
}

/** Each scope once; RFC 6749 §3.3. */
const readScope = (scope: string | undefined): readonly string[] =>
  scope === undefined ? [] : [...new Set(scope.split(' ').filter((each) => each !== ''))]

/** The token to verify, of a form or of a JSON body `{ "token": … }`; RFC 7662 §2.1. */
export function readTokenMember(body: unknown): string | undefined {
  const token = isObject(body) ? body.token : undefined
  return typeof token === 'string' && token !== '' ? token : undefined
}
