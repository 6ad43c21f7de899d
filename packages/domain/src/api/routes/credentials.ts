import { z } from 'zod'
import { credentialInput, credentialPatch } from '../../credential-input.ts'
import { STATUSES } from '../../state.ts'
import {
  credentialExample,
  credentialInputExample,
  pausedCredentialExample,
  pendingCredentialExample,
} from '../examples.ts'
import { instantText, pageQuery, plainText, wholeNumber } from '../query.ts'
import { defineRoute } from '../route.ts'
import * as wire from '../wire/credential.ts'
import { pageOf } from '../wire/page.ts'

export const credentialParams = z.strictObject({ name: plainText(200).describe('Name of the credential') })
export const credentialPage = pageOf(wire.credential).extend({
  total: z.int().min(0).nullable().describe('How many rows there are in all, where that was asked'),
})
const SORTS = ['name', 'status', 'expires_at', 'refresh_due_at', 'updated_at', 'created_at'] as const

const path = '/v1/credentials/{name}'

export const credentialRoutes = [
  defineRoute({
    method: 'POST',
    path: '/v1/credentials',
    operationId: 'createCredential',
    tag: 'Credentials',
    summary: 'Create a credential',
    description:
      'Answers at once with `status: "pending"`, while the first exchange runs. With `?wait=10` the answer ' +
      'comes when that exchange has ended, at the latest after 10 seconds.',
    scope: 'credentials:write',
    query: z.strictObject({
      wait: wholeNumber(0, 60).optional().describe('Seconds to wait for the first exchange'),
    }),
    body: {
      schema: credentialInput,
      mediaTypes: ['application/json'],
      checkedBy: 'operation',
      example: credentialInputExample,
    },
    answer: {
      status: 201,
      description: 'The credential',
      etag: 'revision',
      schema: wire.credential,
      example: pendingCredentialExample,
      location: path,
    },
    errors: ['credential.name_taken', 'provider.not_found'],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/credentials',
    operationId: 'listCredentials',
    tag: 'Credentials',
    summary: 'List credentials',
    description:
      'All filters must match. With `total=true` the answer says how many rows there are in all. ' +
      'A cursor goes on in the order it was made with.',
    scope: 'credentials:read',
    query: pageQuery.extend({
      status: z.enum(STATUSES).optional(),
      provider: plainText(200).optional(),
      environment: plainText(200).optional(),
      q: plainText(200).optional().describe("Part of the name or of a label's value"),
      grant: plainText(100).optional(),
      label: plainText(300).optional().describe('`team`, or `team=sales`'),
      expiring_before: instantText.optional().describe('Tokens that end before'),
      sort: z
        .enum(SORTS.flatMap((by) => [by, `-${by}` as const]))
        .optional()
        .describe('`name` when absent; with `-` in front backwards'),
      total: z.enum(['true', 'false']).optional(),
    }),
    answer: {
      status: 200,
      description: 'A page of credentials',
      schema: credentialPage,
      example: { items: [credentialExample], next_cursor: null, total: null },
    },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path,
    operationId: 'getCredential',
    tag: 'Credentials',
    summary: 'Read a credential',
    scope: 'credentials:read',
    params: credentialParams,
    answer: {
      status: 200,
      description: 'The credential',
      etag: 'revision',
      schema: wire.credential,
      example: credentialExample,
    },
    errors: ['credential.not_found'],
  }),
  defineRoute({
    method: 'PATCH',
    path,
    operationId: 'updateCredential',
    tag: 'Credentials',
    summary: 'Change a credential',
    description:
      'A JSON merge patch (RFC 7396). A change of recipe or secrets leads to a new exchange; the token at ' +
      'hand is served until that has ended.',
    scope: 'credentials:write',
    params: credentialParams,
    ifMatch: true,
    body: {
      schema: credentialPatch,
      mediaTypes: ['application/merge-patch+json', 'application/json'],
      checkedBy: 'operation',
      example: { labels: { team: 'support' }, recipe: { scope: ['mail.read', 'mail.send'] } },
    },
    answer: {
      status: 200,
      description: 'The credential',
      etag: 'revision',
      schema: wire.credential,
      example: credentialExample,
    },
    errors: ['credential.not_found', 'credential.changed', 'credential.owned', 'provider.not_found'],
  }),
  defineRoute({
    method: 'DELETE',
    path,
    operationId: 'deleteCredential',
    tag: 'Credentials',
    summary: 'Delete a credential',
    description:
      'Revokes the token at the provider where it can (RFC 7009) and says how that went. The credential is ' +
      'deleted whatever the provider answers.',
    scope: 'credentials:write',
    params: credentialParams,
    ifMatch: true,
    answer: {
      status: 200,
      description: 'How the revocation went',
      schema: wire.deletion,
      example: {
        name: 'sales-email',
        revocation: { outcome: 'revoked', detail: 'The provider accepted the revocation.' },
      },
    },
    errors: ['credential.not_found'],
  }),
  defineRoute({
    method: 'POST',
    path: `${path}/authorize`,
    operationId: 'authorizeCredential',
    tag: 'Credentials',
    summary: 'Begin a sign-in',
    description: 'For grants that need a person: where they go to consent.',
    scope: 'credentials:write',
    params: credentialParams,
    answer: {
      status: 200,
      description: 'Where the person goes',
      schema: wire.authorization,
      example: {
        authorization_url: 'https://login.example.com/authorize?response_type=code&client_id=01d&state=…',
        expires_at: '2026-11-22T09:40:00Z',
      },
    },
    errors: ['credential.not_found', 'credential.no_consent', 'exchange.refused', 'exchange.unavailable'],
  }),
  defineRoute({
    method: 'POST',
    path: `${path}/pause`,
    operationId: 'pauseCredential',
    tag: 'Credentials',
    summary: 'Pause a credential',
    description:
      'No token is handed out, sent or refreshed until it is resumed. On every node within a second.',
    scope: 'credentials:write',
    params: credentialParams,
    ifMatch: true,
    answer: {
      status: 200,
      description: 'The credential',
      etag: 'revision',
      schema: wire.credential,
      example: pausedCredentialExample,
    },
    errors: ['credential.not_found', 'credential.changed'],
  }),
  defineRoute({
    method: 'POST',
    path: `${path}/resume`,
    operationId: 'resumeCredential',
    tag: 'Credentials',
    summary: 'Resume a paused credential',
    scope: 'credentials:write',
    params: credentialParams,
    ifMatch: true,
    answer: {
      status: 200,
      description: 'The credential',
      etag: 'revision',
      schema: wire.credential,
      example: credentialExample,
    },
    errors: ['credential.not_found', 'credential.changed'],
  }),
] as const
