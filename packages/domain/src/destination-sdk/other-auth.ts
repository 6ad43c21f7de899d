import type { OtherAuthType } from './configuration.ts'

interface Question {
  name: string
  title: string
  secret?: true
  optional?: true
  type?: 'integer'
  default?: number
}

interface OtherAuth {
  grant: 'static_token' | 'http_basic'
  title: string
  asks: readonly Question[]
}

const secret = (name: string, title: string): Question => ({ name, title, secret: true })
const plain = (name: string, title: string): Question => ({ name, title })

const KEY_PAIR = [plain('accessId', 'Access key ID'), secret('token', 'Secret access key')]
const SFTP = [
  plain('domain', 'Domain'),
  plain('username', 'User name'),
  { name: 'port', title: 'Port', type: 'integer', default: 22, optional: true },
] as const

/** What a customer is asked for where no token is exchanged. The main secret is the token of the credential. */
export const OTHER_AUTH: Record<OtherAuthType, OtherAuth> = {
  BEARER: { grant: 'static_token', title: 'Bearer token', asks: [secret('token', 'Bearer token')] },
  BASIC: {
    grant: 'http_basic',
    title: 'User name and password',
    asks: [plain('username', 'User name'), secret('password', 'Password')],
  },
  S3: { grant: 'static_token', title: 'Amazon S3', asks: KEY_PAIR },
  GOOGLE_CLOUD_STORAGE: { grant: 'static_token', title: 'Google Cloud Storage', asks: KEY_PAIR },
  AZURE_CONNECTION_STRING: {
    grant: 'static_token',
    title: 'Azure Blob',
    asks: [secret('token', 'Connection string')],
  },
  AZURE_SERVICE_PRINCIPAL: {
    grant: 'static_token',
    title: 'Azure service principal',
    asks: [
      plain('tenant', 'Tenant'),
      plain('servicePrincipalId', 'Service principal ID'),
      secret('token', 'Service principal key'),
    ],
  },
  SFTP_WITH_PASSWORD: { grant: 'static_token', title: 'SFTP', asks: [...SFTP, secret('token', 'Password')] },
  SFTP_WITH_SSH_KEY: { grant: 'static_token', title: 'SFTP', asks: [...SFTP, secret('token', 'SSH key')] },
  OAUTH1: {
    grant: 'static_token',
    title: 'OAuth 1',
    asks: [
      plain('consumerKey', 'Consumer key'),
      secret('consumerSecret', 'Consumer secret'),
      plain('accessToken', 'Access token'),
      secret('token', 'Access token secret'),
    ],
  },
}

/** The recipe of an entry that is not OAuth 2: nothing is asked for but the customer's own values. */
export function translateOther(authType: OtherAuthType): Record<string, unknown> {
  const { grant, asks } = OTHER_AUTH[authType]
  const fields = asks.map(({ name, title, secret, optional, type = 'string', ...rest }) => ({
    name,
    title,
    type,
    ...(secret && { secret }),
    ...(optional === undefined && { required: true }),
    supplied_by: 'customer',
    ...(rest.default !== undefined && { default: rest.default }),
  }))
  return { grant, fields }
}
