import {
  bulkExample,
  claimsExample,
  nodeExample,
  overviewExample,
  settingExample,
  usageExample,
} from '../console-examples.ts'
import { credentialExample } from '../examples.ts'
import { defineRoute } from '../route.ts'
import * as wire from '../wire/console.ts'
import { overview } from '../wire/overview.ts'
import { pageOf } from '../wire/page.ts'
import { credentialParams } from './credentials.ts'

export const environmentPage = pageOf(wire.environment)
export const settingPage = pageOf(wire.setting)
export const nodePage = pageOf(wire.node)

/** What the console shows besides credentials themselves. */
export const consoleRoutes = [
  defineRoute({
    method: 'GET',
    path: '/v1/overview',
    operationId: 'getOverview',
    tag: 'Overview',
    summary: 'How everything is',
    description:
      'Counts, what ends and what is renewed next, what has failed and what helps, the traffic of this node, ' +
      'health, and what is left to set up. Works while the database is away, and says so.',
    scope: 'credentials:read',
    answer: { status: 200, description: 'The overview', schema: overview, example: overviewExample },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/facets',
    operationId: 'getFacets',
    tag: 'Overview',
    summary: 'What credentials can be filtered by',
    scope: 'credentials:read',
    answer: {
      status: 200,
      description: 'Values with how many credentials have each',
      schema: wire.facets,
      example: {
        total: 2,
        statuses: [{ value: 'active', credentials: 2 }],
        grants: [{ value: 'client_credentials', credentials: 2 }],
        providers: [],
        environments: [{ value: 'production', credentials: 1 }],
        labels: [{ name: 'team', value: 'sales', credentials: 2 }],
      },
    },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/environments',
    operationId: 'listEnvironments',
    tag: 'Overview',
    summary: 'List environments',
    description: 'Those that credentials name.',
    scope: 'credentials:read',
    answer: {
      status: 200,
      description: 'All environments',
      schema: environmentPage,
      example: {
        items: [{ name: 'production', credentials: 2, by_status: { active: 1, broken: 1 } }],
        next_cursor: null,
      },
    },
    errors: [],
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/credentials/bulk',
    operationId: 'changeCredentials',
    tag: 'Credentials',
    summary: 'Pause, resume or exchange many',
    description: 'Answers 200 with what became of each; one that fails stops no other.',
    scope: 'credentials:write',
    body: {
      schema: wire.bulkInput,
      mediaTypes: ['application/json'],
      checkedBy: 'door',
      example: { action: 'pause', names: ['sales-email', 'sales-crm'] },
    },
    answer: { status: 200, description: 'One result each', schema: wire.bulkResult, example: bulkExample },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/settings',
    operationId: 'listSettings',
    tag: 'Service',
    summary: 'Read the settings in force',
    scope: 'admin',
    answer: {
      status: 200,
      description: 'Every setting of this node, with where it came from; no secrets',
      schema: settingPage,
      example: { items: [settingExample], next_cursor: null },
    },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/nodes',
    operationId: 'listNodes',
    tag: 'Service',
    summary: 'List the nodes of the cluster',
    description: 'Those that reported within a day. One that has not for a minute is gone.',
    scope: 'credentials:read',
    answer: {
      status: 200,
      description: 'Every node and worker',
      schema: nodePage,
      example: { items: [nodeExample], next_cursor: null },
    },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/credentials/{name}/usage',
    operationId: 'getCredentialUsage',
    tag: 'Credentials',
    summary: 'Who uses a credential',
    description:
      'Who used it, by which delivery and when; which callers could; and what names it. To be read before it ' +
      'is deleted. Counts of other nodes come within 20 seconds.',
    scope: 'credentials:read',
    params: credentialParams,
    answer: { status: 200, description: 'The usage', schema: wire.credentialUsage, example: usageExample },
    errors: ['credential.not_found'],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/credentials/{name}/claims',
    operationId: 'getTokenClaims',
    tag: 'Tokens',
    summary: 'Look into a token',
    description: 'Facts of the access token and, where it is a JWT, its claims; never the token.',
    scope: 'credentials:read',
    params: credentialParams,
    answer: { status: 200, description: 'What it says', schema: wire.tokenClaims, example: claimsExample },
    errors: ['credential.not_found'],
  }),
  defineRoute({
    method: 'POST',
    path: '/v1/credentials/{name}/rotate-secret',
    operationId: 'rotateSecret',
    tag: 'Credentials',
    summary: 'Rotate a secret',
    description:
      'The new secret is tried first; when it brings no token nothing is changed. The old one is kept for a ' +
      'while, and used where the provider refuses the new one (`invalid_client`).',
    scope: 'credentials:write',
    params: credentialParams,
    ifMatch: true,
    body: {
      schema: wire.secretRotation,
      mediaTypes: ['application/json'],
      checkedBy: 'door',
      example: { secret: 'client_secret', value: 'the new one', keep_old_seconds: 86_400 },
    },
    answer: {
      status: 200,
      description: 'The credential',
      schema: wire.secretRotationResult,
      example: { credential: credentialExample, validated: true, old_until: '2026-11-23T09:30:00Z' },
    },
    errors: ['credential.not_found', 'credential.changed', 'credential.owned', 'exchange.refused'],
  }),
] as const
