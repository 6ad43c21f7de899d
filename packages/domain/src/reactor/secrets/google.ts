import { z } from 'zod'
import { CREDENTIALS } from './options.ts'
import { defineSecretType, REFRESH_RETRIES, STRICT_RESPONSE } from './secret-type.ts'

export const GOOGLE_SCOPES = [
  'https://www.googleapis.com/auth/adwords',
  'https://www.googleapis.com/auth/pubsub',
] as const

const credentials = z.strictObject({
  scopes: z
    .array(z.enum(GOOGLE_SCOPES, { error: `A scope is one of ${GOOGLE_SCOPES.join(', ')}.` }))
    .min(1, 'At least one scope is needed.')
    .max(16),
})

/** Google's authorization, by a person: RFC 6749 §4.1 with Google's parameters for a refresh token. */
export const googleSecret = defineSecretType({
  typeOf: 'oauth2-google',
  title: 'Google OAuth 2',
  credentials,
  writeOnly: [],
  oauth: true,
  manual: true,
  sources: {
    '/recipe/scope': '/scopes',
    '/recipe/token_url': '',
    '/recipe/authorization_url': '',
    '/recipe/client_id': '',
    '/secrets/client_secret': '',
  },
  check: (_credentials, registration) =>
    'missing' in registration
      ? [
          {
            path: '/data/attributes/type_of',
            code: 'invalid-secret',
            detail: 'This broker has no registration with Google.',
            hint: `Set ${registration.missing.join(' and ')}.`,
          },
        ]
      : [],
  compile: ({ scopes }, registration) => {
    if ('missing' in registration) throw new TypeError(`${CREDENTIALS} were not checked.`)
    return {
      recipe: {
        grant: 'authorization_code',
        authorization_url: registration.authorizationUrl,
        token_url: registration.tokenUrl,
        client_id: registration.clientId,
        client_auth: 'client_secret_post',
        scope: scopes,
        extra_authorization_params: { access_type: 'offline', approval_prompt: 'force' },
        // An hour, whatever the answer says.
        response: { ...STRICT_RESPONSE, expires_in: { value: 3_600 } },
        lifetime: {
          refresh_before_seconds: 1_800,
          refresh_token_rotation: 'reusable',
          retries: REFRESH_RETRIES,
        },
      },
      secrets: { client_secret: registration.clientSecret },
      shown: { scopes },
    }
  },
})
