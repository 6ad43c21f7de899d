import { z } from 'zod'
import { saltKeyInput, saltKeyPatch } from '../../marketing-cloud/salt-key.ts'
import { contextInput, contextPatch } from '../../marketing-cloud/security-context.ts'
import * as examples from '../marketing-cloud-examples.ts'
import { pageQuery, plainText, wholeNumber } from '../query.ts'
import type { Route } from '../route.ts'
import * as wire from '../wire/marketing-cloud.ts'
import { doorBody, doorPageExample, doorPageOf } from './door-routes.ts'

export const securityContextPage = doorPageOf(wire.securityContext)
export const saltKeyPage = doorPageOf(wire.saltKey)

const PATCH_TYPES = ['application/json', 'application/merge-patch+json']
const contexts = '/marketing-cloud/security-contexts'
const contextParams = z.strictObject({ key: plainText(128).describe('External key of the security context') })
const salts = '/marketing-cloud/salt-keys'
const saltParams = z.strictObject({ key: plainText(128).describe('External key of the Salt key') })

const contextRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: contexts,
    operationId: 'createSecurityContext',
    tag: 'Marketing Cloud: Key Management',
    summary: 'Create a security context',
    description: 'A credential whose token goes to its valid service URLs and nowhere else.',
    scope: 'credentials:write',
    query: z.strictObject({
      wait: wholeNumber(0, 60).optional().describe('Seconds to wait for the first token at most'),
    }),
    body: doorBody(contextInput, examples.contextInputExample),
    answer: {
      status: 201,
      description: 'The security context',
      schema: wire.securityContext,
      example: examples.contextExample,
    },
    errors: ['credential.name_taken'],
  },
  {
    method: 'GET',
    path: contexts,
    operationId: 'listSecurityContexts',
    tag: 'Marketing Cloud: Key Management',
    summary: 'List security contexts',
    scope: 'credentials:read',
    query: pageQuery,
    answer: {
      status: 200,
      description: 'A page of them',
      schema: securityContextPage,
      example: doorPageExample(examples.contextExample),
    },
    errors: [],
  },
  {
    method: 'GET',
    path: `${contexts}/{key}`,
    operationId: 'getSecurityContext',
    tag: 'Marketing Cloud: Key Management',
    summary: 'Read a security context',
    scope: 'credentials:read',
    params: contextParams,
    answer: {
      status: 200,
      description: 'The security context',
      schema: wire.securityContext,
      example: examples.contextExample,
    },
    errors: ['security_context.not_found'],
  },
  {
    method: 'PATCH',
    path: `${contexts}/{key}`,
    operationId: 'updateSecurityContext',
    tag: 'Marketing Cloud: Key Management',
    summary: 'Change a security context',
    description:
      'A JSON merge patch (RFC 7396). The secret stays unless it is named; the external key stays.',
    scope: 'credentials:write',
    params: contextParams,
    body: doorBody(contextPatch, { scope: 'orders.read' }, PATCH_TYPES),
    answer: {
      status: 200,
      description: 'The security context',
      schema: wire.securityContext,
      example: { ...examples.contextExample, scope: 'orders.read' },
    },
    errors: ['security_context.not_found', 'credential.changed'],
  },
  {
    method: 'DELETE',
    path: `${contexts}/{key}`,
    operationId: 'deleteSecurityContext',
    tag: 'Marketing Cloud: Key Management',
    summary: 'Delete a security context',
    description: 'Its token is revoked at the provider where that can be done.',
    scope: 'credentials:write',
    params: contextParams,
    answer: {
      status: 200,
      description: 'How the revocation went',
      schema: wire.securityContextDeletion,
      example: {
        externalKey: 'orders',
        revocation: { outcome: 'not_supported', detail: 'The recipe names no revocation endpoint.' },
      },
    },
    errors: ['security_context.not_found'],
  },
]

const saltKeyRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: salts,
    operationId: 'createSaltKey',
    tag: 'Marketing Cloud: Key Management',
    summary: 'Create a Salt key',
    description: 'It signs the bodies of endpoints with `useJwt` that name it, and is never shown again.',
    scope: 'credentials:write',
    body: doorBody(saltKeyInput, examples.saltKeyInputExample),
    answer: {
      status: 201,
      description: 'The Salt key',
      schema: wire.saltKey,
      example: examples.saltKeyExample,
    },
    errors: ['salt_key.taken'],
  },
  {
    method: 'GET',
    path: salts,
    operationId: 'listSaltKeys',
    tag: 'Marketing Cloud: Key Management',
    summary: 'List Salt keys',
    scope: 'credentials:read',
    query: pageQuery,
    answer: {
      status: 200,
      description: 'A page of them',
      schema: saltKeyPage,
      example: doorPageExample(examples.saltKeyExample),
    },
    errors: [],
  },
  {
    method: 'GET',
    path: `${salts}/{key}`,
    operationId: 'getSaltKey',
    tag: 'Marketing Cloud: Key Management',
    summary: 'Read a Salt key',
    scope: 'credentials:read',
    params: saltParams,
    answer: {
      status: 200,
      description: 'The Salt key',
      schema: wire.saltKey,
      example: examples.saltKeyExample,
    },
    errors: ['salt_key.not_found'],
  },
  {
    method: 'PATCH',
    path: `${salts}/{key}`,
    operationId: 'updateSaltKey',
    tag: 'Marketing Cloud: Key Management',
    summary: 'Change a Salt key',
    description: 'With `key`, what is signed from then on is signed with the new bytes.',
    scope: 'credentials:write',
    params: saltParams,
    body: doorBody(saltKeyPatch, { key: examples.saltKeyInputExample.key }, PATCH_TYPES),
    answer: {
      status: 200,
      description: 'The Salt key',
      schema: wire.saltKey,
      example: examples.saltKeyExample,
    },
    errors: ['salt_key.not_found'],
  },
  {
    method: 'DELETE',
    path: `${salts}/{key}`,
    operationId: 'deleteSaltKey',
    tag: 'Marketing Cloud: Key Management',
    summary: 'Delete a Salt key',
    description: 'Endpoints that name it are not called any more.',
    scope: 'credentials:write',
    params: saltParams,
    answer: { status: 204, description: 'It is gone' },
    errors: ['salt_key.not_found'],
  },
]

/** Key Management: what activities name, as `doors/marketing-cloud` serves it. */
export const keyManagementRoutes: readonly Route[] = [...contextRoutes, ...saltKeyRoutes]
