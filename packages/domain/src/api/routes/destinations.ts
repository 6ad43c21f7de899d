import { z } from 'zod'
import {
  AUTH_TYPES,
  OTHER_AUTH_TYPES,
  oauth2Entry,
  withheldEntry,
} from '../../destination-sdk/configuration.ts'
import { USER_CONTEXT_HEADERS } from '../../destination-sdk/user-context-headers.ts'
import type { ErrorCode } from '../../error.ts'
import { type Dialect, exampleProblem, NATIVE } from '../dialect.ts'
import { plainText } from '../query.ts'
import { defineRoute, type SharedParameter } from '../route.ts'

export const DESTINATIONS_PATH = '/data/core/activation/authoring/destinations'

/** This API knows one status for all that is wrong with a body. */
const statusOf = (code: ErrorCode): number => {
  const status = NATIVE.statusOf(code)
  return status === 422 ? 400 : status
}

/** Problems as everywhere, with the statuses of the Destination SDK. */
export const DESTINATION_SDK: Dialect = {
  ...NATIVE,
  name: 'DestinationSdk',
  statusOf,
  exampleOf: (code) => exampleProblem(code, statusOf(code)),
}

const otherEntry = z.looseObject({
  authType: z.enum(OTHER_AUTH_TYPES).describe(`All but ${AUTH_TYPES[0]}; nothing else is needed`),
})

const listOf = (entry: z.ZodType) => ({
  customerAuthenticationConfigurations: z.array(z.union([entry, otherEntry])),
})

/** A destination configuration: what says how customers authenticate; all other members are kept as they are. */
export const destinationConfigurationInput = z.looseObject(listOf(oauth2Entry))
/** What it is replaced by: secrets that are left out stay. */
export const destinationConfigurationUpdate = z.looseObject(listOf(withheldEntry))

const receipt = {
  instanceId: z.string(),
  createdDate: z.string().describe('ISO 8601, UTC, with microseconds'),
  lastModifiedDate: z.string().describe('ISO 8601, UTC, with microseconds'),
}

/** What was sent, but for secrets. */
export const destinationConfiguration = z.looseObject({ ...listOf(withheldEntry), ...receipt })
export const destinationConfigurationList = z.object({ items: z.array(destinationConfiguration) })
export const destinationReceipt = z.object(receipt)

const inputExample = {
  name: 'Moviestar',
  customerAuthenticationConfigurations: [
    {
      authType: 'OAUTH2',
      grant: 'OAUTH2_CLIENT_CREDENTIALS',
      accessTokenUrl: 'https://api.moviestar.example/token',
      clientId: 'bursar',
      clientSecret: 'f3Kx…',
      scope: ['audiences.write'],
    },
  ],
}

const receiptExample = {
  instanceId: '019aab64-1b02-7c4e-8f51-7be1a8a1c0de',
  createdDate: '2026-11-22T09:30:00.123000Z',
  lastModifiedDate: '2026-11-22T09:30:00.123000Z',
}

const shownExample = {
  name: 'Moviestar',
  customerAuthenticationConfigurations: inputExample.customerAuthenticationConfigurations.map(
    ({ clientSecret: _withheld, ...entry }) => entry,
  ),
  ...receiptExample,
}

const shown = (description: string) => ({
  status: 200 as const,
  description,
  schema: destinationConfiguration,
  example: shownExample,
})

const one = `${DESTINATIONS_PATH}/{instanceId}`
const params = z.strictObject({ instanceId: plainText(128).describe('Id of the configuration') })
const body = {
  schema: destinationConfigurationInput,
  mediaTypes: ['application/json'],
  checkedBy: 'operation' as const,
  example: inputExample,
}

/** The headers that say for whom a configuration is made. */
const userContext: readonly SharedParameter[] = Object.entries(USER_CONTEXT_HEADERS).map(
  ([header, name]) => ({
    id: `DestinationSdk_${header}`,
    name: header,
    in: 'header',
    description: `What templates see as \`userContext.${name}\``,
    schema: z.string(),
  }),
)

const common = { dialect: DESTINATION_SDK, tag: 'Destination SDK: destination configurations' } as const

/** The Destination SDK's authoring API for destination configurations, as `doors/destinations` serves it. */
export const destinationRoutes = [
  defineRoute({
    ...common,
    method: 'POST',
    path: DESTINATIONS_PATH,
    operationId: 'createDestinationConfiguration',
    summary: 'Create a destination configuration',
    description: 'Each entry of its list becomes a provider, of which the accounts of customers are made.',
    scope: 'credentials:write',
    shared: userContext,
    body,
    answer: shown('What was sent, but for secrets'),
    errors: [],
  }),
  defineRoute({
    ...common,
    method: 'GET',
    path: DESTINATIONS_PATH,
    operationId: 'listDestinationConfigurations',
    summary: 'List destination configurations',
    scope: 'credentials:read',
    answer: {
      status: 200,
      description: 'All of them',
      schema: destinationConfigurationList,
      example: { items: [shownExample] },
    },
    errors: [],
  }),
  defineRoute({
    ...common,
    method: 'GET',
    path: one,
    operationId: 'getDestinationConfiguration',
    summary: 'Read a destination configuration',
    scope: 'credentials:read',
    params,
    answer: shown('The configuration'),
    errors: ['destination_configuration.not_found'],
  }),
  defineRoute({
    ...common,
    method: 'PUT',
    path: one,
    operationId: 'updateDestinationConfiguration',
    summary: 'Replace a destination configuration',
    description:
      'Its providers get a new version. A secret that is left out stays while client and token URLs are the same. An entry with accounts keeps its place in the list, its grant, its client id and its token URL.',
    scope: 'credentials:write',
    params,
    shared: userContext,
    body: { ...body, schema: destinationConfigurationUpdate },
    answer: shown('The configuration'),
    errors: ['destination_configuration.not_found', 'destination_configuration.changed', 'provider.in_use'],
  }),
  defineRoute({
    ...common,
    method: 'DELETE',
    path: one,
    operationId: 'deleteDestinationConfiguration',
    summary: 'Delete a destination configuration',
    description: 'Only while no account was made from it.',
    scope: 'credentials:write',
    params,
    answer: {
      status: 200,
      description: 'Its id and its dates',
      schema: destinationReceipt,
      example: receiptExample,
    },
    errors: ['destination_configuration.not_found', 'provider.in_use'],
  }),
] as const
