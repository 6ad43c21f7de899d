/** The Destination SDK door, as far as the console reads its answers; see docs/destination-sdk.md. */
export const AUTHORING = '/data/core/activation/authoring'

export interface Entry {
  authType?: string
  grant?: string
  authenticationDataFields?: Array<{ name?: string; title?: string; isRequired?: boolean; format?: string }>
  [member: string]: unknown
}

export interface Destination {
  instanceId: string
  createdDate: string
  lastModifiedDate: string
  name?: string
  description?: string
  status?: string
  customerAuthenticationConfigurations?: Entry[]
  [member: string]: unknown
}

/** What whoever sends a configuration says of itself in headers. */
export const USER_CONTEXT = [
  { header: 'x-gw-ims-org-id', label: 'Organisation' },
  { header: 'x-sandbox-name', label: 'Sandbox' },
  { header: 'x-api-key', label: 'Client' },
] as const

export const pathOfDestination = (id: string) => `/destinations/${encodeURIComponent(id)}`
export const providerOf = ({ instanceId }: Destination, index: number) => `destination-${instanceId}-${index}`
export const nameOf = ({ name, instanceId }: Destination) => name || instanceId

/** `OAuth 2, authorization code`. */
export function titleOfEntry({ authType = '', grant }: Entry): string {
  const how = { OAUTH2: 'OAuth 2', BEARER: 'Bearer token', BASIC: 'User name and password' }[authType]
  return [
    how ?? authType,
    grant
      ?.replace(/^OAUTH2_/, '')
      .replaceAll('_', ' ')
      .toLowerCase(),
  ]
    .filter(Boolean)
    .join(', ')
}
