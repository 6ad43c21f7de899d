import { z } from 'zod'
import { credentialInput } from '../../credential-input.ts'
import {
  credentialInputExample,
  exchangeExample,
  explainRequestExample,
  explanationExample,
  tokenExample,
} from '../examples.ts'
import { pageQuery, wholeNumber } from '../query.ts'
import { defineRoute } from '../route.ts'
import { exchange, validation } from '../wire/exchange.ts'
import { explainRequest, explanation } from '../wire/explain.ts'
import { pageOf } from '../wire/page.ts'
import { token } from '../wire/token.ts'
import { credentialParams } from './credentials.ts'

/** A credential that is not to be saved needs no name. */
export const credentialTrial = credentialInput.partial({ name: true })
export const exchangePage = pageOf(exchange)

const EXCHANGE_ERRORS = [
  'credential.not_found',
  'credential.paused',
  'credential.needs_sign_in',
  'credential.broken',
  'credential.in_doubt',
  'token.refresh_in_progress',
  'secret.unresolved',
] as const

export const tokenRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/credentials/{name}/token',
    operationId: 'getToken',
    tag: 'Tokens',
    summary: 'Get a token',
    description:
      'A token that is still valid is served whatever the provider does. One with too little life left for ' +
      '`min_ttl` is replaced first.',
    scope: 'tokens:<name>',
    params: credentialParams,
    query: z.strictObject({
      min_ttl: wholeNumber(0, 31_536_000).optional().describe('Seconds the token must still live'),
    }),
    answer: { status: 200, description: 'The token', schema: token, example: tokenExample },
    errors: [
      ...EXCHANGE_ERRORS,
      'token.unavailable',
      'token.ended',
      'token.too_short',
      'token.offline',
      'token.unsafe_header',
    ],
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/credentials/{name}/exchange',
    operationId: 'exchangeCredential',
    tag: 'Tokens',
    summary: 'Exchange now',
    description: 'Gets a new token whatever the old one is, and answers the record of the exchange.',
    scope: 'credentials:write',
    params: credentialParams,
    answer: { status: 200, description: 'The record', schema: exchange, example: exchangeExample },
    errors: EXCHANGE_ERRORS,
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/credentials/{name}/exchanges',
    operationId: 'listExchanges',
    tag: 'Tokens',
    summary: 'List exchanges',
    description: 'Records of what was asked and answered, redacted, newest first.',
    scope: 'credentials:read',
    params: credentialParams,
    query: pageQuery,
    answer: {
      status: 200,
      description: 'A page of records',
      schema: exchangePage,
      example: { items: [exchangeExample], next_cursor: null },
    },
    errors: ['credential.not_found'],
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/validate',
    operationId: 'validateCredential',
    tag: 'Tokens',
    summary: 'Try a credential',
    description: 'Runs one exchange with what is in the body, saves nothing and answers the redacted record.',
    scope: 'credentials:write',
    body: {
      schema: credentialTrial,
      mediaTypes: ['application/json'],
      checkedBy: 'operation',
      example: credentialInputExample,
    },
    answer: {
      status: 200,
      description: 'The record, whether the exchange went well or not',
      schema: validation,
      example: {
        valid: false,
        kind: 'refused',
        error: { code: 'invalid_client', detail: null, hint: null },
        hints: ['It works with client_auth "client_secret_post".'],
      },
    },
    errors: ['provider.not_found', 'secret.unresolved'],
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/explain',
    operationId: 'explain',
    tag: 'Tokens',
    summary: 'May the token go there?',
    description:
      'The decision that the proxy would make for this URL and method, with the rule that made it.',
    scope: 'credentials:read',
    body: {
      schema: explainRequest,
      mediaTypes: ['application/json'],
      checkedBy: 'door',
      example: explainRequestExample,
    },
    answer: { status: 200, description: 'The decision', schema: explanation, example: explanationExample },
    errors: ['credential.not_found'],
  }),
] as const
