import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import Provider from 'oidc-provider'
import { temporaryFolder } from '../broker.ts'

const SECRET = 'a secret & of [the] client/for-sign-on'
/** What it says of each person. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  ada: ['ops', 'staff'],
  eve: ['crm', 'staff'],
  vic: ['staff'],
  aud: ['audit'],
  nobody: [],
}

/** A real OpenID provider for people who sign in at the console. */
export interface IdentityProvider {
  /** For the broker that trusts it. */
  env: Record<string, string>
  /** The broker's address is known only once it has started. */
  register(brokerUrl: string): void
  close(): void
}

export async function startIdentityProvider(): Promise<IdentityProvider> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const file = join(await temporaryFolder(), 'secret')
  await writeFile(file, SECRET, { mode: 0o600 })
  return {
    env: {
      BURSAR_SSO_ISSUER: issuer,
      BURSAR_SSO_CLIENT_ID: 'console',
      BURSAR_SSO_CLIENT_SECRET: JSON.stringify({ from: 'file', path: file }),
      BURSAR_SSO_ROLES_CLAIM: 'acme.groups',
      BURSAR_SSO_ROLES: 'admin=ops,editor=crm,viewer=staff,auditor=audit',
    },
    register(brokerUrl) {
      const provider = new Provider(issuer, {
        clients: [
          {
            client_id: 'console',
            client_secret: SECRET,
            application_type: 'native',
            grant_types: ['authorization_code'],
            response_types: ['code'],
            redirect_uris: [`${brokerUrl}/console/sso/callback`],
          },
        ],
        claims: { openid: ['sub'], profile: ['acme'], email: ['email'] },
        pkce: { required: () => true },
        features: { devInteractions: { enabled: true } },
        findAccount: (_context: unknown, id: string) => ({
          accountId: id,
          claims: () => ({ sub: id, email: `${id}@acme.example`, acme: { groups: GROUPS[id] ?? [] } }),
        }),
        cookies: { keys: ['cookie-key'] },
      })
      server.on('request', provider.callback())
    },
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}
