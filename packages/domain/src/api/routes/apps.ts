import { z } from 'zod'
import { appInput, secretRotation, signingSecretRotation } from '../../issuing/app-input.ts'
import { appExample, appInputExample, newAppExample } from '../app-examples.ts'
import { pageQuery, plainText } from '../query.ts'
import { defineRoute } from '../route.ts'
import { app, appPatchBody, newApp } from '../wire/app.ts'
import { pageOf } from '../wire/page.ts'

export const appPageOfApps = pageOf(app)

const list = '/v1/app-pages/{name}/apps'
const path = '/v1/app-pages/{name}/apps/{client_id}'
const pageParams = z.strictObject({ name: plainText(128).describe('Name of the page') })
const params = pageParams.extend({ client_id: plainText(200).describe('Client id of the app') })

/** Apps that may ask a page for JWTs. */
export const appRoutes = [
  defineRoute({
    method: 'POST',
    path: list,
    operationId: 'createApp',
    tag: 'Apps',
    summary: 'Create an app',
    description: 'Answers the client secret, once: only a salted hash is kept.',
    scope: 'credentials:write',
    params: pageParams,
    body: {
      schema: appInput,
      mediaTypes: ['application/json'],
      checkedBy: 'operation',
      example: appInputExample,
    },
    answer: {
      status: 201,
      description: 'The app and its client secret',
      location: '/v1/app-pages/{page}/apps/{client_id}',
      schema: newApp,
      example: newAppExample,
    },
    errors: ['app_page.not_found', 'app.name_taken'],
  }),
  defineRoute({
    method: 'GET',
    path: list,
    operationId: 'listApps',
    tag: 'Apps',
    summary: 'List apps',
    scope: 'credentials:read',
    params: pageParams,
    query: pageQuery,
    answer: {
      status: 200,
      description: 'A page of them',
      schema: appPageOfApps,
      example: { items: [appExample], next_cursor: null },
    },
    errors: ['app_page.not_found'],
  }),
  defineRoute({
    method: 'GET',
    path: path,
    operationId: 'getApp',
    tag: 'Apps',
    summary: 'Read an app',
    scope: 'credentials:read',
    params: params,
    answer: { status: 200, description: 'The app', schema: app, example: appExample },
    errors: ['app_page.not_found', 'app.not_found'],
  }),
  defineRoute({
    method: 'PATCH',
    path: path,
    operationId: 'updateApp',
    tag: 'Apps',
    summary: 'Change an app',
    description: 'A JSON merge patch (RFC 7396).',
    scope: 'credentials:write',
    params: params,
    body: {
      schema: appPatchBody,
      mediaTypes: ['application/json', 'application/merge-patch+json'],
      checkedBy: 'operation',
      example: { enabled: false },
    },
    answer: { status: 200, description: 'The app', schema: app, example: { ...appExample, enabled: false } },
    errors: ['app_page.not_found', 'app.not_found', 'app.changed'],
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/app-pages/{name}/apps/{client_id}/rotate-secret',
    operationId: 'rotateAppSecret',
    tag: 'Apps',
    summary: 'Give an app another client secret',
    description: 'The one before is taken until the overlap has passed.',
    scope: 'credentials:write',
    params: params,
    body: {
      schema: secretRotation,
      mediaTypes: ['application/json'],
      checkedBy: 'operation',
      example: { overlap_seconds: 86_400 },
    },
    answer: {
      status: 200,
      description: 'The app and its new client secret',
      schema: newApp,
      example: newAppExample,
    },
    errors: ['app_page.not_found', 'app.not_found', 'app.changed'],
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/app-pages/{name}/apps/{client_id}/rotate-signing-secret',
    operationId: 'rotateAppSigningSecret',
    tag: 'Apps',
    summary: 'Give an app another signing secret',
    description:
      'For an app of a page in mode `compat` that signs with a secret of the app. The one before signs no more, and ' +
      'verifies until the overlap has passed; with 0, and by a merge patch of the app, it counts for nothing from now on.',
    scope: 'credentials:write',
    params: params,
    body: {
      schema: signingSecretRotation,
      mediaTypes: ['application/json'],
      checkedBy: 'operation',
      example: { signing_secret: { from: 'env', name: 'KIOSK_SIGNING_2027' }, overlap_seconds: 86_400 },
    },
    answer: {
      status: 200,
      description: 'The app',
      schema: app,
      example: {
        ...appExample,
        signing_secret: {
          set: true as const,
          updated_at: '2026-11-23T09:00:00Z',
          reference: { from: 'env', name: 'KIOSK_SIGNING_2027' },
        },
        former_signing_secrets: [{ updated_at: '2026-11-22T09:00:00Z', ends_at: '2026-11-24T09:00:00Z' }],
      },
    },
    errors: ['app_page.not_found', 'app.not_found', 'app.changed'],
  }),
  defineRoute({
    method: 'DELETE',
    path: path,
    operationId: 'deleteApp',
    tag: 'Apps',
    summary: 'Delete an app',
    description: 'It gets no more JWTs; those it has hold until they end or are revoked.',
    scope: 'credentials:write',
    params: params,
    answer: { status: 204, description: 'It is gone' },
    errors: ['app_page.not_found', 'app.not_found'],
  }),
] as const
