import { onTestFinished, vi } from 'vitest'
import { sendJson, startHttpServer } from '../http-server.ts'
import type { KeyVault } from './key-vault.ts'

export interface IdentityEndpoint {
  asked: Array<{ path: string; query: Record<string, string>; headers: Record<string, unknown> }>
  /** False: Azure gave the machine no identity. */
  isThere: boolean
}

/**
 * What stands beside a machine of Azure and tells it who it is: the instance metadata service of virtual machines, or
 * the endpoint of App Service. The client finds it by variables, once for each process.
 */
export async function startIdentityEndpoint(
  vault: KeyVault,
  kind: 'App Service' | 'IMDS',
): Promise<IdentityEndpoint> {
  const endpoint: IdentityEndpoint = { asked: [], isThere: true }
  const server = await startHttpServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://machine')
    const path = pathname.replace(/\/$/, '')
    endpoint.asked.push({ path, query: Object.fromEntries(searchParams), headers: request.headers })
    if (!endpoint.isThere) {
      const refusal = { error: 'invalid_request', error_description: 'Identity not found' }
      return sendJson(response, 400, refusal)
    }
    sendJson(response, 200, {
      access_token: vault.issueToken(),
      expires_on: String(Math.floor(Date.now() / 1000) + 3600),
      ...(kind === 'IMDS' && { expires_in: '3600' }),
      resource: searchParams.get('resource'),
      token_type: 'Bearer',
    })
  })
  onTestFinished(async () => {
    vi.unstubAllEnvs()
    await server.close()
  })
  if (kind === 'IMDS') vi.stubEnv('AZURE_POD_IDENTITY_AUTHORITY_HOST', server.url)
  else {
    vi.stubEnv('IDENTITY_ENDPOINT', `${server.url}/msi/token`)
    vi.stubEnv('IDENTITY_HEADER', 'header-of-the-app')
  }
  return endpoint
}

export const managedIdentitySettings = (vault: KeyVault, clientId?: string): Record<string, string> => ({
  BURSAR_AZURE_VAULT: vault.url,
  BURSAR_AZURE_MANAGED_IDENTITY: 'true',
  ...(clientId !== undefined && { BURSAR_AZURE_CLIENT_ID: clientId }),
})
