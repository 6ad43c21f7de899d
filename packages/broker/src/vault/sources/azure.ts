import type { HttpClient } from '@azure/core-rest-pipeline'
import type { TokenCredential } from '@azure/identity'
import { lazily, loadPackages, sendFor, unreachableIn } from '../client.ts'
import { type AzureSettings, defineSource, type SourceWorld, unresolved } from '../reference.ts'

const WHAT = 'Azure Key Vault'
const PACKAGES = ['@azure/keyvault-secrets', '@azure/identity', '@azure/core-rest-pipeline']
/** Names of objects in a vault; https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates */
const NAME = /^[0-9A-Za-z-]{1,127}$/

/** Azure Key Vault, "Get Secret". A name in a vault holds no dots, so each is read as 0; a prefix stands before. */
export const azure = defineSource<'azure'>({
  open(world) {
    const connected = lazily(() => connect(world))
    return async ({ name }) => {
      const key = (world.azure.keyPrefix + name).replaceAll('.', '0')
      if (!NAME.test(key)) {
        throw unresolved(
          `"${key}" is no name that a secret in ${WHAT} can have.`,
          'Letters, digits and hyphens only.',
        )
      }
      const client = await connected()
      const { value } = await client
        .getSecret(key)
        .catch((error: unknown) => Promise.reject(explain(error, key, world.azure)))
      if (value !== undefined) return value
      throw unresolved(`The secret ${key} in ${WHAT} has no value.`, 'Give it a version that has one.')
    }
  },
})

async function connect(world: SourceWorld) {
  const { vaultUrl } = world.azure
  if (vaultUrl === null) throw unresolved('No key vault is set.', 'Set BURSAR_AZURE_VAULT.')
  const [{ SecretClient }, identity, { createHttpHeaders }] = await loadPackages(WHAT, PACKAGES, () =>
    Promise.all([
      import('@azure/keyvault-secrets'),
      import('@azure/identity'),
      import('@azure/core-rest-pipeline'),
    ]),
  )
  const options = { httpClient: transport(world, createHttpHeaders), retryOptions: { maxRetries: 1 } }
  return new SecretClient(vaultUrl, credentialFor(world.azure, identity, options), options)
}

function credentialFor(
  settings: AzureSettings,
  {
    ClientSecretCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
  }: typeof import('@azure/identity'),
  options: { httpClient: HttpClient; retryOptions: { maxRetries: number } },
): TokenCredential {
  const { tenantId, clientId, clientSecret, federatedTokenFile, authority } = settings
  if (settings.managedIdentity) {
    // The machine is asked who it is at addresses that Azure fixes, which the fence would rightly refuse: by the
    // client's own way, which nothing that a caller writes can lead elsewhere.
    const { retryOptions } = options
    return new ManagedIdentityCredential({ retryOptions, ...(clientId !== null && { clientId }) })
  }
  if (tenantId === null || clientId === null || (clientSecret === null && federatedTokenFile === null)) {
    throw unresolved(
      'Bursar has no identity for Azure.',
      'Set BURSAR_AZURE_TENANT_ID, BURSAR_AZURE_CLIENT_ID and BURSAR_AZURE_CLIENT_SECRET, or BURSAR_AZURE_MANAGED_IDENTITY.',
    )
  }
  // The operator named the authority; to ask Microsoft whether it exists would be one more host to open.
  const where = { ...options, authorityHost: authority, disableInstanceDiscovery: true }
  return clientSecret !== null
    ? new ClientSecretCredential(tenantId, clientId, clientSecret.reveal(), where)
    : new WorkloadIdentityCredential({ ...where, tenantId, clientId, tokenFilePath: federatedTokenFile! })
}

/** The way to the network of both clients, vault and identity: ours. */
function transport(
  world: SourceWorld,
  createHttpHeaders: typeof import('@azure/core-rest-pipeline').createHttpHeaders,
): HttpClient {
  return {
    async sendRequest(request) {
      const { body } = request
      if (body !== undefined && body !== null && typeof body !== 'string') {
        throw new TypeError('Only text is sent to Azure.')
      }
      const answer = await sendFor(world, {
        method: request.method,
        url: request.url,
        headers: [...request.headers],
        body: body ?? null,
      })
      return {
        request,
        status: answer.status,
        headers: createHttpHeaders(answer.headers),
        bodyAsText: answer.body,
      }
    },
  }
}

/** What went wrong in our words: errors of the client carry its requests, and those carry tokens. */
function explain(error: unknown, key: string, { managedIdentity }: AzureSettings): Error {
  const unreachable = unreachableIn(error)
  if (unreachable !== null) {
    const hint = unreachable.hint ?? 'Check BURSAR_AZURE_VAULT, BURSAR_AZURE_AUTHORITY and the network.'
    return unresolved(`${WHAT} can not be reached: ${unreachable.message}`, hint)
  }
  const { name, statusCode, code } = error as Error & { statusCode?: number; code?: string }
  if (/Authentication|Credential/.test(name) && managedIdentity) {
    const hint =
      'Give the machine, app or pod an identity; BURSAR_AZURE_CLIENT_ID names one that is assigned by a user.'
    return unresolved('Azure gives this machine no token of a managed identity.', hint)
  }
  if (/Authentication|Credential/.test(name)) {
    const hint = 'Check BURSAR_AZURE_TENANT_ID, BURSAR_AZURE_CLIENT_ID and BURSAR_AZURE_CLIENT_SECRET.'
    return unresolved('Microsoft Entra refused the identity of Bursar.', hint)
  }
  if (statusCode === 404) {
    return unresolved(`There is no secret ${key} in ${WHAT}.`, 'Check its name and BURSAR_AZURE_KEY_PREFIX.')
  }
  if (statusCode === 401 || statusCode === 403) {
    const hint =
      'Give its identity the permission Get (role "Key Vault Secrets User"); see that the secret is enabled.'
    return unresolved(`${WHAT} does not let Bursar read the secret ${key}.`, hint)
  }
  return unresolved(
    `${WHAT} answered with ${statusCode ?? code ?? name} for the secret ${key}.`,
    'It is asked again later.',
  )
}
