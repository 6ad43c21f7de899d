import { z } from 'zod'
import { appPageInput } from '../../issuing/app-input.ts'
import { revocationInput, tokenCheckInput } from '../../issuing/app-page.ts'
import {
  appExceptionExample,
  appPageExample,
  appPageInputExample,
  appRequestExample,
  revocationExample,
  revocationInputExample,
  tokenCheckExample,
} from '../app-examples.ts'
import { pageQuery, plainText } from '../query.ts'
import { defineRoute } from '../route.ts'
import { appException, appRequest, revocation, tokenCheck } from '../wire/app-log.ts'
import { appPage, appPagePatch } from '../wire/app-page.ts'
import { pageOf } from '../wire/page.ts'

export const appPagePage = pageOf(appPage)
export const revocationPage = pageOf(revocation)
export const appRequestPage = pageOf(appRequest)
export const appExceptionPage = pageOf(appException)

const path = '/v1/app-pages/{name}'
const params = z.strictObject({ name: plainText(128).describe('Name of the page') })

/** Pages that give apps their JWTs. */
export const appPageRoutes = [
  defineRoute({
    method: 'POST',
    path: '/v1/app-pages',
    operationId: 'createAppPage',
    tag: 'Token pages',
    summary: 'Create a token page',
    description:
      'A page in mode `standard` is a token endpoint (RFC 6749); one in mode `compat` answers as scripts on the platform do.',
    scope: 'credentials:write',
    body: {
      schema: appPageInput,
      mediaTypes: ['application/json'],
      checkedBy: 'operation',
      example: appPageInputExample,
    },
    answer: {
      status: 201,
      description: 'The page',
      location: '/v1/app-pages/{name}',
      schema: appPage,
      example: appPageExample,
    },
    errors: ['app_page.name_taken'],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/app-pages',
    operationId: 'listAppPages',
    tag: 'Token pages',
    summary: 'List token pages',
    scope: 'credentials:read',
    query: pageQuery,
    answer: {
      status: 200,
      description: 'A page of them',
      schema: appPagePage,
      example: { items: [appPageExample], next_cursor: null },
    },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path: path,
    operationId: 'getAppPage',
    tag: 'Token pages',
    summary: 'Read a token page',
    scope: 'credentials:read',
    params: params,
    answer: { status: 200, description: 'The page', schema: appPage, example: appPageExample },
    errors: ['app_page.not_found'],
  }),
  defineRoute({
    method: 'PATCH',
    path: path,
    operationId: 'updateAppPage',
    tag: 'Token pages',
    summary: 'Change a token page',
    description: 'A JSON merge patch (RFC 7396). Name and mode stay what they are.',
    scope: 'credentials:write',
    params: params,
    body: {
      schema: appPagePatch,
      mediaTypes: ['application/json', 'application/merge-patch+json'],
      checkedBy: 'operation',
      example: { ttl_seconds: 600 },
    },
    answer: {
      status: 200,
      description: 'The page',
      schema: appPage,
      example: { ...appPageExample, ttl_seconds: 600 },
    },
    errors: ['app_page.not_found', 'app.changed'],
  }),
  defineRoute({
    method: 'DELETE',
    path: path,
    operationId: 'deleteAppPage',
    tag: 'Token pages',
    summary: 'Delete a token page',
    description: 'With its apps.',
    scope: 'credentials:write',
    params: params,
    answer: { status: 204, description: 'It is gone' },
    errors: ['app_page.not_found'],
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/app-pages/{name}/verify',
    operationId: 'checkAppToken',
    tag: 'Token pages',
    summary: 'Verify a JWT',
    description:
      'As the public `/apps/{page}/verify` does it, for those who can not reach that; also while the page is not enabled.',
    scope: 'credentials:read',
    params: params,
    body: {
      schema: tokenCheckInput,
      mediaTypes: ['application/json'],
      checkedBy: 'door',
      example: { token: 'eyJhbGciOiJFUzI1NiJ9.e30.…' },
    },
    answer: {
      status: 200,
      description: 'Whether it holds',
      schema: tokenCheck,
      example: tokenCheckExample,
    },
    errors: ['app_page.not_found'],
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/app-pages/{name}/revocations',
    operationId: 'revokeAppToken',
    tag: 'Token pages',
    summary: 'Revoke a JWT',
    description:
      'By `jti`, or by the JWT itself. Counts wherever Bursar verifies; whoever verifies with the JWKS alone can not know.',
    scope: 'credentials:write',
    params: params,
    body: {
      schema: revocationInput,
      mediaTypes: ['application/json'],
      checkedBy: 'operation',
      example: revocationInputExample,
    },
    answer: { status: 201, description: 'The entry', schema: revocation, example: revocationExample },
    errors: ['app_page.not_found', 'revocation.full'],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/app-pages/{name}/revocations',
    operationId: 'listRevocations',
    tag: 'Token pages',
    summary: 'List revoked JWTs',
    scope: 'credentials:read',
    params: params,
    query: pageQuery,
    answer: {
      status: 200,
      description: 'Those that have not ended by themselves',
      schema: revocationPage,
      example: { items: [revocationExample], next_cursor: null },
    },
    errors: ['app_page.not_found'],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/app-pages/{name}/requests',
    operationId: 'listAppRequests',
    tag: 'Token pages',
    summary: 'List requests to a token page',
    description: 'The table `HTTPProperties`, newest first.',
    scope: 'credentials:read',
    params: params,
    query: pageQuery,
    answer: {
      status: 200,
      description: 'Rows of HTTPProperties',
      schema: appRequestPage,
      example: { items: [appRequestExample], next_cursor: null },
    },
    errors: ['app_page.not_found'],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/app-pages/{name}/exceptions',
    operationId: 'listAppExceptions',
    tag: 'Token pages',
    summary: 'List exceptions of a token page',
    description: 'The table `CustomAppException`, newest first.',
    scope: 'credentials:read',
    params: params,
    query: pageQuery,
    answer: {
      status: 200,
      description: 'Rows of CustomAppException',
      schema: appExceptionPage,
      example: { items: [appExceptionExample], next_cursor: null },
    },
    errors: ['app_page.not_found'],
  }),
] as const
