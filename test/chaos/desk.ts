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

/** Three kinds: most hold a refresh token that rotates, some have a password beside it, some need neither. */
export function credentialBody(truth: Truth, name: string): Record<string, unknown> {
  const kind = Number(/\d+/.exec(name)?.[0] ?? 0) % 6
  const recipe = {
    token_url: truth.tokenUrl,
    client_id: name,
    client_auth: 'none',
    lifetime: { refresh_before_seconds: 4 },
  }
  const destinations = [`${truth.destination}/`]
  if (kind === 5) {
    const secrets = { client_secret: 'secret-of-the-client' }
    return {
      name,
      recipe: { ...recipe, grant: 'client_credentials', client_auth: 'client_secret_post' },
      secrets,
      destinations,
    }
  }
  const secrets = { refresh_token: truth.adopt(name) }
  return { name, recipe: { ...recipe, grant: 'refresh_token' }, secrets, destinations }
}
