import type { Mender } from './mender.ts'

/** What an error code of an OAuth server means for whoever has to mend it. */
export interface OAuthError {
  /** Asking again may help; what the server says is about itself, not about us. */
  passing?: true
  /** Only a person who signs in once more can mend it, where the grant knows one. */
  personal?: true
  mender: Mender
  detail: string
  hint: string
}

const SIGN_IN_AGAIN = 'Start a new sign-in for this credential.'

/** RFC 6749 §4.1.2.1 and §5.2, RFC 8628 §3.5, RFC 8707 §2, OpenID Connect Core §3.1.2.6, and our own. */
const OAUTH_ERRORS = {
  invalid_client: {
    mender: 'admin',
    detail: 'The provider does not accept the client id and its secret or key.',
    hint: 'Check client_id, the client secret or key, and client_auth: some providers want client_secret_post, or raw Basic encoding.',
  },
  invalid_grant: {
    personal: true,
    mender: 'admin',
    detail: 'The provider no longer accepts the grant: it has ended, was revoked, or was used before.',
    hint: 'Check what the grant rests on: password, assertion, refresh token, and the clock of this machine.',
  },
  invalid_request: {
    mender: 'admin',
    detail: 'The provider finds the token request malformed.',
    hint: 'Compare the members of the recipe with what the provider documents; extra_params may be missing.',
  },
  invalid_scope: {
    mender: 'admin',
    detail: 'The provider does not give the scope that the recipe asks for.',
    hint: 'Check scope, and what the client was allowed at the provider.',
  },
  invalid_target: {
    mender: 'admin',
    detail: 'The provider does not know the resource or audience that the recipe names.',
    hint: 'Check resource and audience.',
  },
  unauthorized_client: {
    mender: 'admin',
    detail: 'The client may not use this grant.',
    hint: 'Allow the grant for this client at the provider.',
  },
  unsupported_grant_type: {
    mender: 'admin',
    detail: 'The provider does not know this grant.',
    hint: 'Check that token_url is the token endpoint and that the provider offers the grant.',
  },
  unsupported_response_type: {
    mender: 'admin',
    detail: 'The provider does not offer the authorization code flow here.',
    hint: 'Check authorization_url and the settings of the client.',
  },
  access_denied: {
    personal: true,
    mender: 'person',
    detail: 'The person or the provider denied access.',
    hint: SIGN_IN_AGAIN,
  },
  expired_token: {
    personal: true,
    mender: 'person',
    detail: 'The device code ended before anybody used it.',
    hint: SIGN_IN_AGAIN,
  },
  interaction_required: {
    personal: true,
    mender: 'person',
    detail: 'The provider wants the person to act once more.',
    hint: SIGN_IN_AGAIN,
  },
  login_required: {
    personal: true,
    mender: 'person',
    detail: 'The provider wants the person to sign in once more.',
    hint: SIGN_IN_AGAIN,
  },
  consent_required: {
    personal: true,
    mender: 'person',
    detail: 'The provider wants the person to consent once more.',
    hint: SIGN_IN_AGAIN,
  },
  server_error: {
    passing: true,
    mender: 'provider',
    detail: 'The provider reports an error of its own.',
    hint: 'Nothing to do: Bursar asks again.',
  },
  temporarily_unavailable: {
    passing: true,
    mender: 'provider',
    detail: 'The provider is busy or under maintenance.',
    hint: 'Nothing to do: Bursar asks again.',
  },
  slow_down: {
    passing: true,
    mender: 'provider',
    detail: 'The provider is asked too often.',
    hint: 'Nothing to do: Bursar asks again, later where the provider says when.',
  },
  expires_in_missing: {
    mender: 'admin',
    detail: 'The provider does not say how long its token lives, and the recipe demands it.',
    hint: 'The answer has to have expires_in.',
  },
  token_too_short: {
    mender: 'admin',
    detail: 'The provider gave a token with less life than the recipe demands.',
    hint: 'Lower lifetime.minimum_expires_in, or have the provider give longer tokens.',
  },
} as const satisfies Record<string, OAuthError>

export type KnownOAuthError = keyof typeof OAUTH_ERRORS
export const KNOWN_OAUTH_ERRORS = Object.keys(OAUTH_ERRORS) as KnownOAuthError[]

/** What is known of an error code; a code that nobody registered is taken as final. */
export function explainOAuthError(error: string): OAuthError {
  if (Object.hasOwn(OAUTH_ERRORS, error)) return OAUTH_ERRORS[error as KnownOAuthError]
  return {
    mender: 'admin',
    detail: 'The provider refused with an error of its own.',
    hint: 'Look at the last exchange for what the provider said.',
  }
}
