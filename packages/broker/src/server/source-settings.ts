import { SOURCE_NAMES, type SourceName } from '@bursar/domain/outside-reference.ts'
import { Secret } from '@bursar/domain/secret.ts'
import type { AwsSettings, AzureSettings } from '../vault/reference.ts'
import { define, list, oneOf, text, url } from './setting.ts'

const sources = (raw: string): readonly SourceName[] => list(raw).map(oneOf(...SOURCE_NAMES))

const secret = (raw: string): Secret => new Secret(raw)

const yesOrNo = (raw: string): boolean => oneOf('true', 'false')(raw) === 'true'

/** The name of a vault, or the URL that one of another cloud has. */
const vaultUrl = (raw: string): string => {
  if (/^[A-Za-z][0-9A-Za-z-]{1,22}[0-9A-Za-z]$/.test(raw))
    return `https://${raw.toLowerCase()}.vault.azure.net`
  if (/^https:\/\//.test(raw)) return url(raw)
  throw new Error(`"${raw}" is neither the name of a key vault nor its https URL.`)
}

const authority = (raw: string): string => {
  if (/^https:\/\//.test(raw)) return url(raw)
  throw new Error('It has to be an https URL.')
}

/** A key prefix becomes part of names: what no name can hold is refused here, not at each read. */
const keyPrefix = (raw: string): string => {
  if (/^[0-9A-Za-z.-]{0,100}$/.test(raw)) return raw
  throw new Error('It may hold letters, digits, hyphens and dots only.')
}

/** Settings of the places outside of the store in which secrets live. */
export const SOURCE_SETTINGS = {
  secretSources: define<readonly SourceName[]>({
    flag: 'secret-sources',
    env: 'BURSAR_SECRET_SOURCES',
    default: ['env', 'file'],
    description: `Where references may point to, separated by commas: ${SOURCE_NAMES.join(', ')}.`,
    parse: sources,
  }),
  awsRegion: define<string | null>({
    flag: 'aws-region',
    env: 'BURSAR_AWS_REGION',
    default: null,
    description: 'Region of AWS Secrets Manager; that of the AWS environment when absent.',
    parse: text,
  }),
  awsAccessKeyId: define<string | null>({
    flag: 'aws-access-key-id',
    env: 'BURSAR_AWS_ACCESS_KEY_ID',
    default: null,
    description: 'Access key for AWS Secrets Manager; the role of the machine when absent.',
    parse: text,
  }),
  awsSecretAccessKey: define<Secret | null>({
    flag: null,
    env: 'BURSAR_AWS_SECRET_ACCESS_KEY',
    default: null,
    description: 'The secret half of that access key.',
    parse: secret,
  }),
  awsSecretNameAsKeyPrefix: define({
    flag: 'aws-secret-name-as-key-prefix',
    env: 'BURSAR_AWS_SECRET_NAME_AS_KEY_PREFIX',
    default: true,
    description:
      'true: references say secret-name:key. false: key alone, in the secrets of BURSAR_AWS_SECRET_NAMES.',
    parse: yesOrNo,
  }),
  awsSecretNames: define<readonly string[]>({
    flag: 'aws-secret-names',
    env: 'BURSAR_AWS_SECRET_NAMES',
    default: [],
    description: 'Comma-separated secrets in which keys without a name of a secret are looked for.',
    parse: list,
  }),
  awsEndpoint: define<string | null>({
    flag: 'aws-endpoint',
    env: 'BURSAR_AWS_ENDPOINT',
    default: null,
    description: 'URL of AWS Secrets Manager where it is not the public one, such as a VPC endpoint.',
    parse: url,
  }),
  azureVault: define<string | null>({
    flag: 'azure-vault',
    env: 'BURSAR_AZURE_VAULT',
    default: null,
    description: 'Name of the Azure Key Vault, or its https URL in another cloud.',
    parse: vaultUrl,
  }),
  azureTenantId: define<string | null>({
    flag: 'azure-tenant-id',
    env: 'BURSAR_AZURE_TENANT_ID',
    default: null,
    description: 'Microsoft Entra tenant of the identity that reads the vault.',
    parse: text,
  }),
  azureClientId: define<string | null>({
    flag: 'azure-client-id',
    env: 'BURSAR_AZURE_CLIENT_ID',
    default: null,
    description: 'Client id of that identity.',
    parse: text,
  }),
  azureClientSecret: define<Secret | null>({
    flag: null,
    env: 'BURSAR_AZURE_CLIENT_SECRET',
    default: null,
    description: 'Client secret of that identity.',
    parse: secret,
  }),
  azureFederatedTokenFile: define<string | null>({
    flag: 'azure-federated-token-file',
    env: 'BURSAR_AZURE_FEDERATED_TOKEN_FILE',
    default: null,
    description: 'File with a token of the workload, instead of a client secret (workload identity).',
    parse: text,
  }),
  azureManagedIdentity: define({
    flag: 'azure-managed-identity',
    env: 'BURSAR_AZURE_MANAGED_IDENTITY',
    default: false,
    description:
      'true: the identity that Azure gives the machine reads the vault; the client id names one assigned by a user.',
    parse: yesOrNo,
  }),
  azureKeyPrefix: define({
    flag: 'azure-key-prefix',
    env: 'BURSAR_AZURE_KEY_PREFIX',
    default: '',
    description: 'Stands before each name that is asked for in the vault.',
    parse: keyPrefix,
  }),
  azureAuthority: define({
    flag: 'azure-authority',
    env: 'BURSAR_AZURE_AUTHORITY',
    default: 'https://login.microsoftonline.com',
    description: 'Where that identity signs in; another URL in another cloud.',
    parse: authority,
  }),
}

type SourceSettings = { [N in keyof typeof SOURCE_SETTINGS]: (typeof SOURCE_SETTINGS)[N]['default'] }

/** Half a pair of keys is a mistake; the role of the machine is not to stand in for the other half. */
export function sourceFault(settings: SourceSettings): string | null {
  if ((settings.awsAccessKeyId === null) !== (settings.awsSecretAccessKey === null))
    return 'BURSAR_AWS_ACCESS_KEY_ID and BURSAR_AWS_SECRET_ACCESS_KEY belong together: set both or neither.'
  const { azureManagedIdentity, azureClientSecret, azureFederatedTokenFile } = settings
  if (azureManagedIdentity && (azureClientSecret !== null || azureFederatedTokenFile !== null))
    return 'BURSAR_AZURE_MANAGED_IDENTITY stands alone: no BURSAR_AZURE_CLIENT_SECRET and no BURSAR_AZURE_FEDERATED_TOKEN_FILE.'
  return null
}

/** The settings as the sources take them. */
export function sourceWorld(settings: SourceSettings): {
  enabled: readonly SourceName[]
  aws: AwsSettings
  azure: AzureSettings
} {
  return {
    enabled: settings.secretSources,
    aws: {
      region: settings.awsRegion,
      accessKeyId: settings.awsAccessKeyId,
      secretAccessKey: settings.awsSecretAccessKey,
      secretNameAsKeyPrefix: settings.awsSecretNameAsKeyPrefix,
      secretNames: settings.awsSecretNames,
      endpoint: settings.awsEndpoint,
    },
    azure: {
      vaultUrl: settings.azureVault,
      tenantId: settings.azureTenantId,
      clientId: settings.azureClientId,
      clientSecret: settings.azureClientSecret,
      federatedTokenFile: settings.azureFederatedTokenFile,
      managedIdentity: settings.azureManagedIdentity,
      keyPrefix: settings.azureKeyPrefix,
      authority: settings.azureAuthority,
    },
  }
}
