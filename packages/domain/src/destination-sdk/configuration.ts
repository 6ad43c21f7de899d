import { z } from 'zod'
import { REQUEST_METHODS } from '../request-template.ts'

/** The grants of an OAuth 2 entry. Names and values are case sensitive everywhere. */
export const GRANTS_OF_ENTRIES = [
  'OAUTH2_AUTHORIZATION_CODE',
  'OAUTH2_PASSWORD',
  'OAUTH2_CLIENT_CREDENTIALS',
] as const
export type EntryGrant = (typeof GRANTS_OF_ENTRIES)[number]

export const OTHER_AUTH_TYPES = [
  'S3',
  'SFTP_WITH_SSH_KEY',
  'SFTP_WITH_PASSWORD',
  'OAUTH1',
  'BASIC',
  'BEARER',
  'AZURE_CONNECTION_STRING',
  'AZURE_SERVICE_PRINCIPAL',
  'GOOGLE_CLOUD_STORAGE',
] as const
export type OtherAuthType = (typeof OTHER_AUTH_TYPES)[number]

export const AUTH_TYPES = ['OAUTH2', ...OTHER_AUTH_TYPES] as const

const text = z.string().min(1)

/** A constant or a template. */
const templated = z.looseObject({
  templatingStrategy: z.enum(['PEBBLE_V1', 'NONE']),
  value: z.union([z.string(), z.number(), z.boolean()]),
})
export type Templated = z.infer<typeof templated>

const validation = z.looseObject({
  name: text.nullish(),
  description: z.string().nullish(),
  actualValue: templated,
  expectedValue: templated,
})
export type ValidationEntry = z.infer<typeof validation>

const supplier = z.enum(['CUSTOMER', 'PARTNER'])
const fieldValue = z.union([z.string(), z.boolean(), z.int()])

const dataField = z.looseObject({
  name: text,
  title: z.string().nullish(),
  description: z.string().nullish(),
  type: z.enum(['string', 'boolean', 'integer']).nullish(),
  isRequired: z.boolean().nullish(),
  format: z.string().nullish(),
  source: supplier.nullish(),
  fieldType: supplier.nullish(),
  value: fieldValue.nullish(),
  default: fieldValue.nullish(),
  enum: z.array(fieldValue).nullish(),
  pattern: z.string().nullish(),
  authenticationResponsePath: text.nullish(),
})
export type DataField = z.infer<typeof dataField>

const accessTokenRequest = z.looseObject({
  destinationServerType: z.literal('URL_BASED'),
  urlBasedDestination: z.looseObject({ url: templated }),
  httpTemplate: z.looseObject({
    httpMethod: z.enum(REQUEST_METHODS),
    contentType: text.nullish(),
    requestBody: templated.nullish(),
    queryParameters: templated.nullish(),
    headers: z.array(z.looseObject({ header: text, value: templated })).nullish(),
  }),
  responseFields: z.array(templated.extend({ name: text })).nullish(),
  validations: z.array(validation).nullish(),
})
export type AccessTokenRequest = z.infer<typeof accessTokenRequest>

const scopes = z.array(text)

/** The members of an OAuth 2 entry that say something; all others are kept as they are. */
export const oauth2Entry = z.looseObject({
  authType: z.literal('OAUTH2'),
  grant: z.enum(GRANTS_OF_ENTRIES),
  accessTokenUrl: text.nullish(),
  authorizationUrl: text.nullish(),
  refreshTokenUrl: text.nullish(),
  clientId: text.nullish(),
  clientSecret: text.nullish(),
  scope: scopes.nullish(),
  scopes: scopes.nullish(),
  options: z.looseObject({ useBasicAuth: z.boolean().nullish() }).nullish(),
  authenticationDataFields: z.array(dataField).nullish(),
  accessTokenRequest: accessTokenRequest.nullish(),
  validations: z.array(validation).nullish(),
  accessTokenResponsePath: text.nullish(),
  refreshTokenResponsePath: text.nullish(),
  expiresInResponsePath: text.nullish(),
})
export type OAuth2Entry = z.infer<typeof oauth2Entry>

const { httpTemplate } = accessTokenRequest.shape
const withheldHeader = z.looseObject({
  header: text,
  value: templated.extend({
    value: templated.shape.value.optional().describe('Withheld where it is a secret'),
  }),
})

/** An entry as it is given back, and may be sent again: constant headers that are secrets are without their value. */
export const withheldEntry = oauth2Entry.extend({
  accessTokenRequest: accessTokenRequest
    .extend({ httpTemplate: httpTemplate.extend({ headers: z.array(withheldHeader).nullish() }) })
    .nullish(),
})
