/** Every resource type of the door with the prefix of its ids. */
export const RESOURCE_TYPES = {
  companies: 'CO',
  properties: 'PR',
  environments: 'EN',
  hosts: 'HT',
  secrets: 'SE',
  notes: 'NT',
  extension_packages: 'EP',
  extensions: 'EX',
  data_elements: 'DE',
  rules: 'RL',
  rule_components: 'RC',
  libraries: 'LB',
  builds: 'BL',
  audit_events: 'AE',
  callbacks: 'CB',
} as const
export type ResourceType = keyof typeof RESOURCE_TYPES

export const TYPES = Object.keys(RESOURCE_TYPES) as ResourceType[]

/** Something for each type. */
export const mapTypes = <T>(make: (type: ResourceType) => T): Readonly<Record<ResourceType, T>> =>
  Object.fromEntries(TYPES.map((type) => [type, make(type)])) as Record<ResourceType, T>

/** One of a type, as error codes and sentences name it. */
const SINGULAR: Record<ResourceType, string> = {
  companies: 'company',
  properties: 'property',
  environments: 'environment',
  hosts: 'host',
  secrets: 'secret',
  notes: 'note',
  extension_packages: 'extension_package',
  extensions: 'extension',
  data_elements: 'data_element',
  rules: 'rule',
  rule_components: 'rule_component',
  libraries: 'library',
  builds: 'build',
  audit_events: 'audit_event',
  callbacks: 'callback',
}
export const singularOf = (type: ResourceType): string => SINGULAR[type]
export const wordsOf = (type: ResourceType): string => SINGULAR[type].replaceAll('_', ' ')

/** An id: the prefix of the type and the 32 lower-case hexadecimal digits of a UUID. */
export const resourceId = (type: ResourceType, uuid: string): string =>
  RESOURCE_TYPES[type] + uuid.replaceAll('-', '').toLowerCase()

export const isResourceId = (type: ResourceType, id: string): boolean =>
  id.startsWith(RESOURCE_TYPES[type]) && /^[0-9a-f]{32}$/.test(id.slice(2))

/** The credential that a secret is. */
export const credentialNameOf = (secretId: string): string => `reactor.${secretId.toLowerCase()}`

/** The secret that a credential of this name would be; null for all others. */
export const secretIdOf = (credential: string): string | null => {
  const [, digits] = /^reactor\.se([0-9a-f]{32})$/.exec(credential) ?? []
  return digits === undefined ? null : RESOURCE_TYPES.secrets + digits
}
