import { z } from 'zod'
import { optionParameters, optionProblems, options, refreshOffset, text } from './options.ts'
import { defineSecretType, REFRESH_RETRIES, STRICT_RESPONSE } from './secret-type.ts'

const EIGHT_HOURS = 28_800
const FOUR_HOURS = 14_400

const credentials = z.strictObject({
  client_id: text,
  client_secret: text,
  token_url: text,
  refresh_offset: refreshOffset(FOUR_HOURS),
  options,
})

/** The client credentials grant and no other, RFC 6749 §4.4. */
export const clientCredentialsSecret = defineSecretType({
  typeOf: 'oauth2-client_credentials',
  title: 'OAuth 2 client credentials',
  credentials,
  writeOnly: ['client_secret'],
  oauth: true,
  manual: false,
  window: 'expires_in has to be greater than 28800, and refresh_offset less than expires_in - 14400',
  sources: {
    '/recipe/token_url': '/token_url',
    '/recipe/client_id': '/client_id',
    '/recipe/extra_params': '/options',
    '/secrets/client_secret': '/client_secret',
  },
  check: ({ options: written }) =>
    optionProblems(written, {
      grant_type: 'Only the grant client_credentials is supported.',
      client_id: 'The client id stands in client_id.',
      client_secret: 'The secret stands in client_secret; options are shown to everybody.',
    }),
  compile: ({ client_secret, ...shown }) => ({
    recipe: {
      grant: 'client_credentials',
      token_url: shown.token_url,
      client_id: shown.client_id,
      client_auth: 'client_secret_post',
      extra_params: optionParameters(shown.options),
      response: STRICT_RESPONSE,
      lifetime: {
        refresh_before_seconds: shown.refresh_offset,
        // Both limits are exclusive.
        minimum_expires_in: Math.max(EIGHT_HOURS, shown.refresh_offset + FOUR_HOURS) + 1,
        expires_in_required: true,
        retries: REFRESH_RETRIES,
      },
    },
    secrets: { client_secret },
    shown,
  }),
})
