import { z } from 'zod'
import { signingKeyInput, signingKeyRotation } from '../../issuing/app-page.ts'
import { newSigningKeyExample, signingKeyExample, signingKeyInputExample } from '../app-examples.ts'
import { pageQuery, plainText } from '../query.ts'
import { defineRoute } from '../route.ts'
import { pageOf } from '../wire/page.ts'
import { newSigningKey, signingKey } from '../wire/signing-key.ts'

export const signingKeyPage = pageOf(signingKey)

const path = '/v1/signing-keys/{name}'
const params = z.strictObject({ name: plainText(128).describe('Name of the signing key') })

/** Keys that sign the JWTs of token pages. */
export const signingKeyRoutes = [
  defineRoute({
    method: 'POST',
    path: '/v1/signing-keys',
    operationId: 'createSigningKey',
    tag: 'Signing keys',
    summary: 'Create a signing key',
    description:
      'Without `key` one is made. The public half stands in `/.well-known/jwks.json` from then on.',
    scope: 'credentials:write',
    body: {
      schema: signingKeyInput,
      mediaTypes: ['application/json'],
      checkedBy: 'operation',
      example: signingKeyInputExample,
    },
    answer: {
      status: 201,
      description: 'The key',
      location: '/v1/signing-keys/{name}',
      schema: newSigningKey,
      example: newSigningKeyExample,
    },
    errors: ['signing_key.name_taken'],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/signing-keys',
    operationId: 'listSigningKeys',
    tag: 'Signing keys',
    summary: 'List signing keys',
    scope: 'credentials:read',
    query: pageQuery,
    answer: {
      status: 200,
      description: 'A page of them',
      schema: signingKeyPage,
      example: { items: [signingKeyExample], next_cursor: null },
    },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path: path,
    operationId: 'getSigningKey',
    tag: 'Signing keys',
    summary: 'Read a signing key',
    scope: 'credentials:read',
    params: params,
    answer: { status: 200, description: 'The key', schema: signingKey, example: signingKeyExample },
    errors: ['signing_key.not_found'],
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/signing-keys/{name}/rotate',
    operationId: 'rotateSigningKey',
    tag: 'Signing keys',
    summary: 'Rotate a signing key',
    description:
      'The next key is shown at once, signs a while later, and the one before verifies until the overlap has passed. With 0 and 0 the old one counts for nothing from now on.',
    scope: 'credentials:write',
    params: params,
    body: {
      schema: signingKeyRotation,
      mediaTypes: ['application/json'],
      checkedBy: 'operation',
      example: { activate_in_seconds: 600, overlap_seconds: 86_400 },
    },
    answer: { status: 200, description: 'The key', schema: newSigningKey, example: newSigningKeyExample },
    errors: ['signing_key.not_found', 'app.changed'],
  }),
  defineRoute({
    method: 'DELETE',
    path: path,
    operationId: 'deleteSigningKey',
    tag: 'Signing keys',
    summary: 'Delete a signing key',
    description: 'Only while no page signs with it.',
    scope: 'credentials:write',
    params: params,
    answer: { status: 204, description: 'It is gone' },
    errors: ['signing_key.not_found', 'signing_key.in_use'],
  }),
] as const
