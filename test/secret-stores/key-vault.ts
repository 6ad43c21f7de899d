import { randomUUID } from 'node:crypto'
import { type HttpServer, readText, sendJson } from '../http-server.ts'
import { startHttpsServer } from './https-server.ts'

const TENANT = '11111111-2222-4333-8444-555555555555'

export interface KeyVault extends HttpServer {
  tenantId: string
  clientId: string
  clientSecret: string
  /** A token of a workload that is as good as the client secret. */
  workloadToken: string
  /** Where its identities sign in. */
  authority: string
  secrets: Map<string, string>
  /** Names that the identity may not read. */
  denied: Set<string>
  /** Names that were asked for with a good token, in order. */
  reads: string[]
  /** A new token for the vault, as Entra would have given it out. */
  issueToken(): string
  /** How often a token was asked for. */
  signIns(): number
}

/** Azure Key Vault as its REST has it, and the Entra token endpoint that its challenge names. */
export async function startKeyVault(): Promise<KeyVault> {
  const identity = { tenantId: TENANT, clientId: 'bursar-reader', clientSecret: 'secret~of.the_reader' }
  const workloadToken = 'header.of-the-workload.signature'
  const secrets = new Map<string, string>()
  const denied = new Set<string>()
  const reads: string[] = []
  const tokens = new Set<string>()
  let signIns = 0
  const issueToken = (): string => {
    const token = randomUUID()
    tokens.add(token)
    return token
  }
  const login = await startHttpsServer('login.test', async (request, response) => {
    const base = `${login.url}/${TENANT}`
    if (request.url === `/${TENANT}/v2.0/.well-known/openid-configuration`) {
      return sendJson(response, 200, {
        issuer: `${base}/v2.0`,
        authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/oauth2/v2.0/token`,
        jwks_uri: `${base}/discovery/v2.0/keys`,
      })
    }
    const form = new URLSearchParams(await readText(request))
    if (request.method !== 'POST' || request.url!.split('?')[0] !== `/${TENANT}/oauth2/v2.0/token`) {
      return sendJson(response, 404, { error: 'not_found' })
    }
    signIns += 1
    const byWorkload =
      form.get('client_assertion_type') === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' &&
      form.get('client_assertion') === workloadToken
    const known = form.get('client_secret') === identity.clientSecret || byWorkload
    if (form.get('client_id') !== identity.clientId || !known) {
      const error_description = 'AADSTS7000215: Invalid client secret provided.'
      return sendJson(response, 401, { error: 'invalid_client', error_description, error_codes: [7000215] })
    }
    const scopes = (form.get('scope') ?? '').split(' ')
    if (form.get('grant_type') !== 'client_credentials' || !scopes.includes('https://vault.test/.default')) {
      return sendJson(response, 400, { error: 'invalid_scope', error_description: 'AADSTS70011' })
    }
    const token = issueToken()
    sendJson(response, 200, {
      token_type: 'Bearer',
      expires_in: 3599,
      ext_expires_in: 3599,
      access_token: token,
    })
  })
  const vault = await startHttpsServer('crm.vault.test', (request, response) => {
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (token === undefined || !tokens.has(token)) {
      const challenge = `Bearer authorization="${login.url}/${TENANT}", resource="https://vault.test"`
      return sendJson(response, 401, errorOf('Unauthorized'), { 'WWW-Authenticate': challenge })
    }
    const { pathname, searchParams } = new URL(request.url!, vault.url)
    const name = /^\/secrets\/([^/]+)\/?$/.exec(pathname)?.[1]
    if (request.method !== 'GET' || name === undefined || !searchParams.has('api-version')) {
      return sendJson(response, 400, errorOf('BadParameter'))
    }
    reads.push(name)
    if (denied.has(name)) return sendJson(response, 403, errorOf('Forbidden'))
    const value = secrets.get(name)
    if (value === undefined) return sendJson(response, 404, errorOf('SecretNotFound'))
    const attributes = { enabled: true, created: 1_700_000_000, updated: 1_700_000_000 }
    sendJson(response, 200, {
      value,
      id: `https://crm.vault.test/secrets/${name}/0123456789abcdef`,
      attributes,
    })
  })
  return {
    ...identity,
    url: vault.url,
    authority: login.url,
    workloadToken,
    secrets,
    denied,
    reads,
    issueToken,
    signIns: () => signIns,
    async close() {
      await vault.close()
      await login.close()
    },
  }
}

const errorOf = (code: string) => ({ error: { code, message: `The stand-in says ${code}.` } })
