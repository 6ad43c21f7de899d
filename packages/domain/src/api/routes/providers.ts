import { z } from 'zod'
import { providerExample, providerInputExample } from '../examples.ts'
import { plainText, wholeNumber } from '../query.ts'
import { defineRoute } from '../route.ts'
import { pageOf } from '../wire/page.ts'
import * as wire from '../wire/provider.ts'

export const providerPage = pageOf(wire.provider)

const path = '/v1/providers/{name}'
const params = z.strictObject({ name: plainText(200).describe('Name of the provider') })

export const providerRoutes = [
  defineRoute({
    method: 'POST',
    path: '/v1/providers',
    operationId: 'createProvider',
    tag: 'Providers',
    summary: 'Create a provider',
    description: 'A recipe that many credentials share. It starts at version 1.',
    scope: 'credentials:write',
    body: {
      schema: wire.providerInput,
      mediaTypes: ['application/json'],
      checkedBy: 'operation',
      example: providerInputExample,
    },
    answer: {
      status: 201,
      description: 'The provider',
      schema: wire.provider,
      example: providerExample,
      location: path,
    },
    errors: ['provider.name_taken'],
  }),
  defineRoute({
    method: 'GET',
    path: '/v1/providers',
    operationId: 'listProviders',
    tag: 'Providers',
    summary: 'List providers',
    description: 'The newest version of each.',
    scope: 'credentials:read',
    answer: {
      status: 200,
      description: 'All providers',
      schema: providerPage,
      example: { items: [providerExample], next_cursor: null },
    },
    errors: [],
  }),
  defineRoute({
    method: 'GET',
    path,
    operationId: 'getProvider',
    tag: 'Providers',
    summary: 'Read a provider',
    scope: 'credentials:read',
    params,
    query: z.strictObject({
      version: wholeNumber(1, 2_147_483_647).optional().describe('The newest when absent'),
    }),
    answer: {
      status: 200,
      description: 'The provider',
      etag: 'version',
      schema: wire.provider,
      example: providerExample,
    },
    errors: ['provider.not_found'],
  }),
  defineRoute({
    method: 'PUT',
    path,
    operationId: 'putProvider',
    tag: 'Providers',
    summary: 'Replace the recipe of a provider',
    description: 'Adds a version. Credentials keep the version they were made with.',
    scope: 'credentials:write',
    params,
    ifMatch: true,
    body: {
      schema: wire.providerReplacement,
      mediaTypes: ['application/json'],
      checkedBy: 'operation',
      example: { title: 'The CRM of sales', recipe: providerInputExample.recipe },
    },
    answer: {
      status: 200,
      description: 'The new version',
      etag: 'version',
      schema: wire.provider,
      example: { ...providerExample, version: 2 },
    },
    errors: ['provider.not_found', 'provider.owned'],
  }),
  defineRoute({
    method: 'DELETE',
    path,
    operationId: 'deleteProvider',
    tag: 'Providers',
    summary: 'Delete a provider',
    description: 'With all its versions, and only while no credential uses it.',
    scope: 'credentials:write',
    params,
    ifMatch: true,
    answer: { status: 204, description: 'It is gone' },
    errors: ['provider.not_found', 'provider.owned', 'provider.in_use'],
  }),
] as const
