/** Every error code with its HTTP status and title. `docs/errors.md` has a section for each; a test holds that. */
export const ERRORS = {
  'request.malformed_json': { status: 400, title: 'The body is not valid JSON' },
  'request.invalid': { status: 422, title: 'The request is not valid' },
  'request.framing': { status: 400, title: 'Where the request ends can be read in two ways' },
  'request.too_large': { status: 413, title: 'The body is too large' },
  'request.media_type': { status: 415, title: 'The media type is not supported' },
  'request.not_found': { status: 404, title: 'There is nothing at this path' },
  'request.precondition': { status: 412, title: 'It was changed in the meantime' },
  'request.method': { status: 405, title: 'The method is not allowed here' },
  'caller.unauthenticated': { status: 401, title: 'The key is missing or not known' },
  'caller.forbidden': { status: 403, title: 'The caller may not do this' },
  'session.ended': { status: 401, title: 'The session has ended' },
  'session.foreign_request': { status: 403, title: 'The request did not come from the console' },
  'session.link_ended': { status: 410, title: 'The sign-in link has ended' },
  'session.not_found': { status: 404, title: 'There is no such session' },
  'session.throttled': { status: 429, title: 'Too many failed sign-ins' },
  'sign_on.failed': { status: 502, title: 'The identity provider could not vouch' },
  'sign_on.refused': { status: 403, title: 'The identity provider refused' },
  'sign_on.expired': { status: 400, title: 'The sign-in is not known or has expired' },
  'sign_on.no_role': { status: 403, title: 'Nothing gives this person a role' },
  'credential.not_found': { status: 404, title: 'There is no such credential' },
  'credential.name_taken': { status: 409, title: 'The name is taken' },
  'credential.changed': { status: 409, title: 'The credential was changed in the meantime' },
  'credential.owned': { status: 409, title: 'The credential is kept by another part of the API' },
  'credential.paused': { status: 409, title: 'The credential is paused' },
  'credential.needs_sign_in': { status: 409, title: 'A person must sign in first' },
  'credential.broken': { status: 502, title: 'The credential can not get a token' },
  'credential.in_doubt': { status: 502, title: 'The last refresh has an unknown outcome' },
  'credential.no_consent': { status: 409, title: 'The grant of this credential needs no person' },
  'provider.not_found': { status: 404, title: 'There is no such provider' },
  'provider.in_use': { status: 409, title: 'Credentials use this provider' },
  'provider.owned': { status: 409, title: 'The provider is kept by another part of the API' },
  'provider.name_taken': { status: 409, title: 'The name is taken' },
  'connect_link.not_found': { status: 404, title: 'There is no such link' },
  'connect_link.ended': { status: 410, title: 'The link has ended' },
  'connect_link.busy': { status: 409, title: 'The form is on its way already' },
  'connect_link.foreign_form': { status: 403, title: 'The form did not come from this page' },
  'destination_configuration.not_found': { status: 404, title: 'There is no such destination configuration' },
  'destination_configuration.changed': {
    status: 409,
    title: 'The configuration was changed in the meantime',
  },
  'caller.not_found': { status: 404, title: 'There is no such caller' },
  'app_page.not_found': { status: 404, title: 'There is no such token page' },
  'app_page.name_taken': { status: 409, title: 'The name is taken' },
  'app.not_found': { status: 404, title: 'There is no such app' },
  'app.name_taken': { status: 409, title: 'The client id is taken' },
  'app.changed': { status: 409, title: 'Somebody else changed it in the meantime' },
  'signing_key.not_found': { status: 404, title: 'There is no such signing key' },
  'signing_key.name_taken': { status: 409, title: 'The name is taken' },
  'signing_key.in_use': { status: 409, title: 'Token pages sign with this key' },
  'revocation.full': { status: 409, title: 'Too many JWTs are revoked already' },
  'destination.refused': { status: 403, title: 'No destination rule allows this request' },
  'destination.ambiguous_url': { status: 400, title: 'The URL can be read in more than one way' },
  'token.unavailable': { status: 503, title: 'No token can be had right now' },
  'token.ended': { status: 503, title: 'The token has ended and could not be replaced' },
  'token.too_short': { status: 503, title: 'No token with that much remaining life can be had' },
  'token.refresh_in_progress': { status: 503, title: 'The token is being replaced' },
  'token.offline': { status: 503, title: 'This node has been without its database for too long' },
  'token.unsafe_header': { status: 502, title: 'The token can not be put into a header' },
  'consent.unknown': { status: 400, title: 'The sign-in is not known or has expired' },
  'consent.refused': { status: 400, title: 'The provider refused the sign-in' },
  'exchange.refused': { status: 502, title: 'The provider refused' },
  'exchange.unavailable': { status: 502, title: 'The provider is not available' },
  'exchange.unreadable': { status: 502, title: 'The answer of the provider can not be read' },
  'upstream.unreachable': { status: 502, title: 'The destination could not be reached' },
  'upstream.timeout': { status: 504, title: 'The destination did not answer in time' },
  'outbound.blocked': { status: 403, title: 'The address is not allowed' },
  'security_context.not_found': { status: 404, title: 'There is no such security context' },
  'salt_key.not_found': { status: 404, title: 'There is no such Salt key' },
  'salt_key.taken': { status: 409, title: 'The external key is taken' },
  'activity.not_found': { status: 404, title: 'There is no such activity' },
  'activity.key_taken': { status: 409, title: 'The key is taken' },
  'activity.changed': { status: 409, title: 'The activity was changed in the meantime' },
  'activity.unreadable': { status: 502, title: 'The config.json could not be fetched' },
  'activity.unready': { status: 409, title: 'The activity can not be called as it is' },
  'activity.blocked': { status: 502, title: 'A phase failed, so the activity is not published' },
  'activity.not_published': { status: 409, title: 'The activity is not published' },
  'activity.in_use': { status: 409, title: 'The activity is published' },
  'run.not_found': { status: 404, title: 'There is no such run' },
  'run.finished': { status: 409, title: 'The run has ended' },
  'run.taken_over': { status: 409, title: 'The run was taken over' },
  'run.input_changed': { status: 409, title: 'The input is not the one the run began with' },
  'keys.rotating': { status: 409, title: 'A key rotation is under way' },
  'keys.ring_elsewhere': { status: 409, title: 'The key ring is kept elsewhere' },
  'json_api.malformed': { status: 400, title: 'The document is not JSON:API' },
  'json_api.query': { status: 400, title: 'A query parameter is not understood' },
  'json_api.client_id': { status: 403, title: 'Ids are made by the server' },
  'json_api.not_acceptable': { status: 406, title: 'No acceptable media type' },
  'json_api.conflict': { status: 409, title: 'The resource is another one' },
  'reactor.not_found': { status: 404, title: 'There is no such resource' },
  'reactor.not_unique': { status: 409, title: 'The name is taken' },
  'reactor.loop': { status: 508, title: 'The event goes round in a circle' },
  'reactor.conflict': { status: 409, title: 'The resource is not in a state for this' },
  'secret.unresolved': { status: 502, title: 'A referenced secret could not be read' },
  'vault.wrong_key': { status: 500, title: 'The key ring does not open this database' },
  'vault.damaged': { status: 500, title: 'A sealed value does not open' },
  'settings.invalid': { status: 500, title: 'A setting is not valid' },
  'store.unavailable': { status: 503, title: 'The database is not available' },
  'template.failed': { status: 422, title: 'The template can not be rendered' },
  internal: { status: 500, title: 'Something went wrong inside Bursar' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof ERRORS

/** One thing that is wrong. `path` is a JSON pointer (RFC 6901) into what was sent. */
export interface Problem {
  path: string
  code: string
  detail: string
  hint?: string
  /** Where in a template, when it is one that is wrong. */
  place?: TemplatePlace
}

/** Line and column, from 1, with the line itself and a caret under the place. */
export interface TemplatePlace {
  line: number
  column: number
  excerpt: string
}

export interface ErrorFields {
  detail?: string
  path?: string
  hint?: string
  problems?: readonly Problem[]
  retryAfterSeconds?: number
  cause?: unknown
}

/** Of one error. Whoever sends more faults than this is no person who will read about each. */
export const MAX_PROBLEMS = 100

/** The one error class: a code of {@link ERRORS}, what exactly, where, and what to do about it. */
export class BursarError extends Error {
  override readonly name = 'BursarError'
  readonly code: ErrorCode
  readonly detail: string
  readonly hint: string | undefined
  readonly problems: readonly Problem[]
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, fields: ErrorFields = {}) {
    const detail = fields.detail ?? ERRORS[code].title
    super(detail, fields.cause === undefined ? undefined : { cause: fields.cause })
    this.code = code
    this.detail = detail
    this.hint = fields.hint
    this.problems =
      fields.problems?.slice(0, MAX_PROBLEMS) ??
      (fields.path === undefined
        ? []
        : [{ path: fields.path, code, detail, ...(fields.hint !== undefined && { hint: fields.hint }) }])
    this.retryAfterSeconds = fields.retryAfterSeconds
  }

  get status(): number {
    return ERRORS[this.code].status
  }
}
