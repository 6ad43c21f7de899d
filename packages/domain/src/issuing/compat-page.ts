import { isObject } from '../json.ts'
import { type JsonMember, readMembers, repeatedName, withoutMembers } from './json-members.ts'

/** How a compat page answered. */
export type CompatOutcome =
  | { kind: 'forbidden' | 'invalid_operation' | 'missing_credentials' }
  | { kind: 'not_authorized'; retryAfterSeconds?: number }
  | { kind: 'token'; token: string }
  | { kind: 'exception'; message: string }
  /** The platform stopped rendering: HTTP 422 and nothing else. */
  | { kind: 'aborted' }

/** What a page writes, member for member as the scripts people have do. */
export function compatBody(outcome: Exclude<CompatOutcome, { kind: 'aborted' }>): Record<string, unknown> {
  switch (outcome.kind) {
    case 'forbidden':
      return { message: '403 Forbidden' }
    case 'invalid_operation':
      return { Error: 'Invalid operation specified.' }
    case 'missing_credentials':
      return {
        errorcode: 0,
        message: 'missing credentials, make sure you have add grant_type, client id and secret.',
      }
    case 'not_authorized':
      return { message: 'Not Authorized. Please validate your credentials.', code: 400 }
    case 'token':
      return { access_token: outcome.token, token_type: 'Bearer' }
    case 'exception':
      return { Error: outcome.message }
  }
}

export interface CompatCredentials {
  grantType: string
  clientId: string
  clientSecret: string
}

export type CompatRequest =
  /** `members` are those of the text, as read. */
  | { kind: 'request_token'; credentials: CompatCredentials; members: Record<string, unknown> }
  | { kind: 'invalid_operation' | 'missing_credentials' | 'not_authorized' }
  /** No message quotes the text, since the secret stands in it. */
  | { kind: 'exception'; message: string }

/** What a posted text asks for. */
export function readCompatRequest(text: string): CompatRequest {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { kind: 'exception', message: 'The body is not valid JSON.' }
  }
  if (json === null) return { kind: 'exception', message: 'The body is null.' }
  if (!isObject(json) || json.operation !== 'RequestToken') return { kind: 'invalid_operation' }
  const { grant_type: grantType, client_id: clientId, client_secret: clientSecret } = json
  if (!grantType || !clientId || !clientSecret) return { kind: 'missing_credentials' }
  if (typeof grantType !== 'string' || typeof clientId !== 'string' || typeof clientSecret !== 'string')
    return { kind: 'not_authorized' }
  return { kind: 'request_token', credentials: { grantType, clientId, clientSecret }, members: json }
}

const NEVER_SIGNED = ['client_secret', 'operation']

const withoutNeverSigned = ({ client_secret, operation, ...signed }: Record<string, unknown>) => signed

/**
 * What is signed of a request: all of it when `verbatim`, else its text without client secret and operation.
 * Texts that would bring the secret back in, or let two readers of the JWT see two clients, are refused.
 */
export function compatPayload(
  text: string,
  { credentials: { clientSecret }, members }: Extract<CompatRequest, { kind: 'request_token' }>,
  verbatim: boolean,
): { payload: string } | { refusal: string } {
  if (verbatim) return { payload: text }
  // Most clients write as JSON.stringify does: then it writes the rest byte for byte, and no name stands twice.
  const payload =
    JSON.stringify(members) === text ? JSON.stringify(withoutNeverSigned(members)) : signedPart(text)
  if (payload === undefined) return { refusal: 'A member stands twice in the body.' }
  return payload.includes(clientSecret) || payload.includes(JSON.stringify(clientSecret).slice(1, -1))
    ? { refusal: 'The client secret stands a second time in the body.' }
    : { payload }
}

/** Cut out of the text as it was written; undefined when a name stands twice. */
function signedPart(text: string): string | undefined {
  const members = readMembers(text) as JsonMember[]
  return repeatedName(members) === undefined ? withoutMembers(text, members, NEVER_SIGNED) : undefined
}
