import { example } from '../destination-sdk/examples.ts'
import { startActivity } from '../marketing-cloud/activity-server.ts'
import { clientCredentials, restActivity, secured } from '../marketing-cloud/world.ts'
import { startTokenServer } from '../reactor/token-server.ts'
import { worldOf } from '../reactor/world.ts'
import type { Console } from './console.ts'

/** What the pages of the doors and the settings show, each with a text that stands there once it is ready. */
export interface DoorWorld {
  pages: ReadonlyArray<{ name: string; path: string; text: string }>
  close(): Promise<void>
}

/** Something behind every door: apps with their keys, activities, destinations, and secrets of Reactor. */
export async function populateDoors({ broker }: Pick<Console, 'broker'>): Promise<DoorWorld> {
  const [tokens, activity] = await Promise.all([startTokenServer(), startActivity()])
  const { api } = broker
  const make = async (path: string, body: unknown = {}) => {
    const answer = await api.call('POST', path, body)
    if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`)
    return answer.body as unknown as Record<string, string>
  }

  await make('/v1/signing-keys', { name: 'loyalty-2026', algorithm: 'ES256' })
  await make('/v1/signing-keys/loyalty-2026/rotate')
  const page = { title: 'Loyalty kiosks', signing_key: 'loyalty-2026', audience: 'https://api.example.com' }
  await make('/v1/app-pages', { name: 'loyalty', mode: 'standard', ...page })
  await make('/v1/app-pages', { name: 'scripted', mode: 'compat' })
  for (const client_id of ['kiosk-7', 'kiosk-8', 'backoffice']) {
    await make('/v1/app-pages/loyalty/apps', { client_id, scopes: ['points:read'] })
  }
  await make('/v1/app-pages/loyalty/apps/kiosk-8/rotate-secret')

  await make('/marketing-cloud/security-contexts?wait=20', {
    ...clientCredentials(tokens),
    externalKey: 'orders',
    validServiceUrls: [`${activity.url}/`],
  })
  const config = restActivity({ url: `${activity.url}/execute`, ...secured('orders') })
  await make('/marketing-cloud/activities', { key: 'discount', config })
  await make('/marketing-cloud/activities/discount/publish')
  await make('/marketing-cloud/activities/discount/execute', { key: '003A', attributes: {} })

  const { instanceId } = await make('/data/core/activation/authoring/destinations', {
    name: 'Moviestar',
    description: 'Sends audiences to Moviestar.',
    ...example('clientCredentials', tokens.url),
  })
  await make(`/v1/providers/destination-${instanceId}-0/connect-links`, { credential: 'moviestar-acme' })

  const reactor = await worldOf(broker)
  const property = await reactor.property({ name: 'Shop' })
  const environment = await reactor.environment(property, 'production', { name: 'Production' })
  const { id: secret } = await reactor.secret(
    property,
    {
      name: 'crm',
      type_of: 'oauth2-client_credentials',
      credentials: { client_id: 'crm', client_secret: 'shown-nowhere', token_url: `${tokens.url}/token` },
    },
    environment,
  )
  await make('/v1/keys/rotate', { ring: 'new' })

  return {
    pages: [
      { name: 'environments', path: '/environments', text: 'No environment' },
      { name: 'key-ring', path: '/settings', text: 'Keys of the ring' },
      { name: 'nodes', path: '/settings?tab=nodes', text: 'answers you' },
      { name: 'sessions', path: '/settings?tab=sessions', text: 'this one' },
      { name: 'sign-in-setup', path: '/settings?tab=sign-in', text: 'What to set' },
      { name: 'settings-in-force', path: '/settings?tab=values', text: 'BURSAR_PORT' },
      { name: 'destination-list', path: '/destinations', text: 'Moviestar' },
      { name: 'destination', path: `/destinations/${instanceId}`, text: 'moviestar-acme' },
      { name: 'activities', path: '/marketing-cloud', text: 'Published' },
      { name: 'activity', path: '/marketing-cloud/activities/discount', text: 'Try one contact' },
      { name: 'security-context', path: '/marketing-cloud/contexts/orders', text: 'Valid service URLs' },
      { name: 'token-pages', path: '/apps', text: 'Loyalty kiosks' },
      { name: 'token-page', path: '/apps/pages/loyalty', text: 'kiosk-8' },
      { name: 'signing-key', path: '/apps/keys/loyalty-2026', text: 'Next' },
      { name: 'properties', path: '/reactor', text: 'Shop' },
      { name: 'property', path: `/reactor/properties/${property}`, text: 'Succeeded' },
      { name: 'reactor-secret', path: `/reactor/secrets/${secret}`, text: 'Token URL' },
    ],
    close: async () => {
      await Promise.all([tokens.close(), activity.close()])
    },
  }
}
