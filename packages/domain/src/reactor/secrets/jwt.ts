import { z } from 'zod'
import { isObject } from '../../json.ts'
import { optionParameters, optionProblems, options, refreshOffset, seconds, text } from './options.ts'
import { defineSecretType, REFRESH_RETRIES, STRICT_RESPONSE } from './secret-type.ts'

const HALF_HOUR = 1_800
const HOUR = 3_600

const credentials = z.strictObject({
  iss: text,
  aud: text,
  sub: text.optional(),
  ttl: seconds(1),
  alg: z.literal('RS256', { error: 'Only RS256 is supported.' }),
  custom_claims: z.record(z.string().min(1), z.json()).optional(),
  token_url: text.optional().describe('Where it is absent, the JWT itself is the artifact.'),
  private_key_id: text.optional(),
  private_key: text,
  refresh_offset: refreshOffset(HALF_HOUR),
  options,
})

/** The option that says which parameter carries the JWT, for servers that do not call it `assertion`. */
const PARAMETER = 'jwt_param'

/** A JWT as authorization grant (RFC 7523 §2.1), or as the artifact itself. */
export const jwtSecret = defineSecretType({
  typeOf: 'oauth2-jwt',
  title: 'OAuth 2 JWT',
  credentials,
  writeOnly: ['private_key'],
  oauth: true,
  manual: false,
  window: 'expires_in has to be at least 3600, and refresh_offset at most expires_in - 1800',
  sources: {
    '/recipe/token_url': '/token_url',
    '/recipe/issuer': '/iss',
    '/recipe/audience': '/aud',
    '/recipe/subject': '/sub',
    '/recipe/ttl_seconds': '/ttl',
    '/recipe/claims': '/custom_claims',
    '/recipe/key_id': '/private_key_id',
    '/recipe/extra_params': '/options',
    '/recipe/client_id': '/options/client_id',
    '/secrets/client_secret': '/options/client_secret',
    '/secrets/private_key': '/private_key',
  },
  check: ({ options: written }) =>
    optionProblems(written, { grant_type: 'The grant is that of RFC 7523; it can not be another.' }),
  restore: (credentials, sealed) => {
    if (!isObject(credentials.options)) return credentials
    const { client_secret = sealed.client_secret ?? null, ...options } = credentials.options
    return { ...credentials, options: client_secret === null ? options : { ...options, client_secret } }
  },
  compile: ({ private_key, ...shown }) => {
    const written = optionParameters(shown.options)
    const { [PARAMETER]: parameter, client_id, client_secret, ...parameters } = written
    const asked = shown.token_url !== undefined
    const client =
      client_id === undefined
        ? {}
        : { client_id, client_auth: client_secret === undefined ? 'none' : 'client_secret_post' }
    return {
      recipe: {
        grant: asked ? 'jwt_bearer' : 'signed_jwt',
        issuer: shown.iss,
        audience: shown.aud,
        ...(shown.sub !== undefined && { subject: shown.sub }),
        ttl_seconds: shown.ttl,
        alg: shown.alg,
        ...(shown.private_key_id !== undefined && { key_id: shown.private_key_id }),
        ...(shown.custom_claims !== undefined && { claims: shown.custom_claims }),
        ...(asked && {
          token_url: shown.token_url,
          ...client,
          extra_params: parameters,
          ...(parameter !== undefined && { assertion_param: parameter }),
          response: STRICT_RESPONSE,
        }),
        lifetime: {
          refresh_before_seconds: shown.refresh_offset,
          minimum_expires_in: Math.max(HOUR, shown.refresh_offset + HALF_HOUR),
          expires_in_required: true,
          retries: REFRESH_RETRIES,
        },
      },
      secrets: {
        private_key,
        ...(asked && client_id !== undefined && client_secret !== undefined && { client_secret }),
      },
      shown: withoutClientSecret(shown),
    }
  },
})

/** A client secret among the options is a secret all the same. */
function withoutClientSecret<T extends { options?: Record<string, unknown> | undefined }>(shown: T): T {
  if (shown.options === undefined) return shown
  const { client_secret: _secret, ...rest } = shown.options
  return { ...shown, options: rest }
}
