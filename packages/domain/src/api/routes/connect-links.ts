import { z } from 'zod'
import { connectLinkInput } from '../../connect-link-input.ts'
import { connectLinkExample, connectLinkInputExample, newConnectLinkExample } from '../examples.ts'
import { plainText } from '../query.ts'
import { defineRoute } from '../route.ts'
import * as wire from '../wire/connect-link.ts'
import { pageOf } from '../wire/page.ts'

export const connectLinkPage = pageOf(wire.connectLink)

const path = '/v1/providers/{name}/connect-links'
const name = plainText(200).describe('Name of the provider')

export const connectLinkRoutes = [
  defineRoute({
    method: 'POST',
    path,
    operationId: 'createConnectLink',
    tag: 'Providers',
    summary: 'Make a link by which a person connects an account',
    description:
      'The page behind it asks for what the provider needs of each credential, sends the person to sign in where the grant wants it, and makes the credential. The link is good for one connection.',
    scope: 'credentials:write',
    params: z.strictObject({ name }),
    body: {
      schema: connectLinkInput,
      mediaTypes: ['application/json'],
      checkedBy: 'operation',
      example: connectLinkInputExample,
    },
    answer: {
      status: 201,
      description: 'The link',
      schema: wire.newConnectLink,
      example: newConnectLinkExample,
    },
    errors: ['provider.not_found', 'credential.name_taken'],
  }),
  defineRoute({
    method: 'GET',
    path,
    operationId: 'listConnectLinks',
    tag: 'Providers',
    summary: 'List the links of a provider',
    description: 'Without their addresses, which nobody knows but those who were given them.',
    scope: 'credentials:read',
    params: z.strictObject({ name }),
    answer: {
      status: 200,
      description: 'All links of the last days',
      schema: connectLinkPage,
      example: { items: [connectLinkExample], next_cursor: null },
    },
    errors: ['provider.not_found'],
  }),
  defineRoute({
    method: 'DELETE',
    path: `${path}/{id}`,
    operationId: 'deleteConnectLink',
    tag: 'Providers',
    summary: 'Withdraw a link',
    scope: 'credentials:write',
    params: z.strictObject({ name, id: plainText(64).describe('Id of the link') }),
    answer: { status: 204, description: 'It leads nowhere any more' },
    errors: ['connect_link.not_found'],
  }),
] as const
