import { ADMIN_KEY, type BrokerNode } from './fleet.ts'
import type { Truth } from './truth.ts'

export interface Answered {
  status: number
  body: Record<string, unknown>
}

/** Asks a node as a caller or an operator would; null when it does not answer. */
export async function ask(
  node: BrokerNode,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answered | null> {
  if (node.url === null) return null
  try {
    const response = await fetch(`${node.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(6_000),
    })
    const text = await response.text()
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : {} }
  } catch {
    return null
  }
}

/** Through the proxy, to the destination that the truth watches or to one that no rule allows. */
export async function visit(node: BrokerNode, credential: string, base: string): Promise<number | null> {
  if (node.url === null) return null
  try {
    const response = await fetch(`${node.url}/proxy/${credential}/${base}/${credential}`, {
      headers: { 'bursar-key': ADMIN_KEY },
      signal: AbortSignal.timeout(6_000),
    })
    await response.arrayBuffer()
    return response.status
  } catch {
    return null
  }
}

/** Long enough for a second try, and shorter than what the provider grants. */
const GRACE_SECONDS = 5
const GRACE_MS = 8_000

/**
 * Six kinds. Most hold a refresh token that rotates: plainly, over TLS, or at a provider that takes the one before
 * once more for a while. One signs in with a password whenever its refresh token is of no use; one needs neither.
 */
export function credentialBody(truth: Truth, name: string): Record<string, unknown> {
  const kind = Number(/\d+/.exec(name)?.[0] ?? 0) % 6
  const recipe = {
    token_url: kind === 2 ? truth.tlsTokenUrl : truth.tokenUrl,
    client_id: name,
    client_auth: 'none',
  }
  const lifetime = { refresh_before_seconds: 4 }
  const destinations = [`${truth.destination}/`]
  switch (kind) {
    case 3:
      return {
        name,
        recipe: {
          ...recipe,
          grant: 'refresh_token',
          lifetime: { ...lifetime, rotation_grace_seconds: GRACE_SECONDS },
        },
        secrets: { refresh_token: truth.adopt(name, GRACE_MS) },
        destinations,
      }
    case 4:
      return {
        name,
        recipe: { ...recipe, lifetime, grant: 'password', username: 'chaos' },
        secrets: { password: truth.secret(name) },
        destinations,
      }
    case 5:
      return {
        name,
        recipe: { ...recipe, lifetime, grant: 'client_credentials', client_auth: 'client_secret_post' },
        secrets: { client_secret: truth.secret(name) },
        destinations,
      }
    default:
      return {
        name,
        recipe: { ...recipe, lifetime, grant: 'refresh_token' },
        secrets: { refresh_token: truth.adopt(name) },
        destinations,
      }
  }
}
