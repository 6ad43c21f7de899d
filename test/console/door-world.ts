import { ADMIN_KEY } from '../broker.ts'
import { example } from '../destination-sdk/examples.ts'
import { type ActivityServer, answering, startActivity } from '../marketing-cloud/activity-server.ts'
import { clientCredentials, restActivity, secured } from '../marketing-cloud/world.ts'
import { startTokenServer } from '../reactor/token-server.ts'
import { create, to, type World, worldOf } from '../reactor/world.ts'
import type { Console, ConsolePage } from './console.ts'

/** What the pages of the doors and the settings show, each with a text that stands there once it is ready. */
export interface DoorWorld {
  pages: ReadonlyArray<{
    name: string
    path: string
    text: string
    /** What is done on the page before it is looked at. */
    prepare?: (opened: ConsolePage) => Promise<void>
  }>
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
  const published = await publishRule(reactor, property, secret, `${activity.url}/orders`)
  const run = await runContacts(broker, activity)
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
      { name: 'data-elements', path: `/reactor/properties/${property}?tab=data-elements`, text: 'order' },
      { name: 'data-element', path: `/reactor/data-elements/${published.element}`, text: 'arc.event' },
      {
        name: 'data-element-form',
        path: `/reactor/data-elements/${published.element}`,
        text: 'arc.event',
        prepare: async ({ page }) => {
          await page.getByRole('button', { name: 'Change', exact: true }).click()
          await page.getByLabel(/^Path/).waitFor()
        },
      },
      { name: 'rules', path: `/reactor/properties/${property}?tab=rules`, text: 'Orders to the CRM' },
      { name: 'rule', path: `/reactor/rules/${published.rule}`, text: 'Make Fetch Call' },
      {
        name: 'rule-action',
        path: `/reactor/rules/${published.rule}`,
        text: 'Make Fetch Call',
        prepare: async ({ page }) => {
          await page.getByRole('button', { name: 'Change Send it to the CRM' }).click()
          await page.getByLabel(/^URL/).waitFor()
        },
      },
      { name: 'extensions', path: `/reactor/properties/${property}?tab=extensions`, text: 'Make Fetch Call' },
      { name: 'hosts', path: `/reactor/properties/${property}?tab=hosts`, text: 'Delivery' },
      { name: 'callbacks', path: `/reactor/properties/${property}?tab=callbacks`, text: '/hook' },
      {
        name: 'callback-form',
        path: `/reactor/properties/${property}?tab=callbacks`,
        text: '/hook',
        prepare: async ({ page }) => {
          await page.getByRole('button', { name: /^Change http/ }).click()
          await page.getByLabel(/^URL/).waitFor()
        },
      },
      { name: 'library', path: `/reactor/libraries/${published.library}`, text: 'revision 1' },
      {
        name: 'build',
        path: `/reactor/builds/${published.build}`,
        text: 'Try an event',
        prepare: async ({ page }) => {
          await page.getByRole('button', { name: 'Send the event' }).click()
          await page.getByText('Went through').waitFor()
          await page.getByText('Orders to the CRM', { exact: true }).last().click()
        },
      },
      {
        name: 'run',
        path: `/marketing-cloud/activities/discount/runs/${run}`,
        text: 'Lines that did not go through',
      },
      {
        name: 'run-start',
        path: '/marketing-cloud/activities/discount',
        text: 'Try one contact',
        prepare: async ({ page }) => {
          await page.getByRole('button', { name: 'Start a run' }).click()
          await page.getByLabel(/^Contacts, one/).waitFor()
        },
      },
    ],
    close: async () => {
      await Promise.all([tokens.close(), activity.close()])
    },
  }
}

/** A rule that sends orders on with the token of a secret, in a library that was built. */
async function publishRule(
  { call }: World,
  property: string,
  secret: string,
  url: string,
): Promise<{ element: string; rule: string; library: string; build: string }> {
  const made = async (path: string, document: unknown): Promise<string> => {
    const answer = await call('POST', path, document)
    if (answer.status !== 201) throw new Error(`${path}: ${answer.text}`)
    return answer.body.data.id
  }
  const at = `/properties/${property}`
  const packages = await call('GET', '/extension_packages?filter%5Bname%5D=EQ%20adobe-cloud-connector')
  const connector = to('extension_packages', packages.body.data[0].id)
  await made(`${at}/extensions`, create('extensions', {}, { extension_package: connector }))
  const element = (name: string, delegate: string, settings: object) =>
    made(
      `${at}/data_elements`,
      create('data_elements', {
        name,
        delegate_descriptor_id: `core::dataElements::${delegate}`,
        settings: JSON.stringify(settings),
      }),
    )
  const token = await element('crm token', 'secret', { secrets: { production: { id: secret, name: 'crm' } } })
  const order = await element('order', 'path', { path: 'arc.event.xdm.order' })
  const rule = await made(`${at}/rules`, create('rules', { name: 'Orders to the CRM' }))
  const component = (name: string, delegate: string, settings: object) =>
    made(
      `${at}/rule_components`,
      create(
        'rule_components',
        { name, delegate_descriptor_id: delegate, settings: JSON.stringify(settings) },
        { rules: { data: [{ type: 'rules', id: rule }] } },
      ),
    )
  await component('There is an order', 'core::conditions::value-comparison', {
    leftOperand: '{{order}}',
    comparison: { operator: 'isTruthy' },
  })
  await component('Send it to the CRM', 'adobe-cloud-connector::actions::send-data', {
    method: 'POST',
    url,
    headers: [{ key: 'Authorization', value: 'Bearer {{crm token}}' }],
    body: { order: '{{order}}' },
    responseKey: 'crm',
  })
  await made(`/rules/${rule}/notes`, create('notes', { text: 'Asked for by the team of the shop.' }))
  await made(`${at}/hosts`, create('hosts', { name: 'Delivery' }))
  await made(
    `${at}/callbacks`,
    create('callbacks', { url: `${url}/hook`, subscriptions: ['library.created', 'build.created'] }),
  )
  const library = await made(`${at}/libraries`, create('libraries', { name: 'Orders' }))
  for (const [type, ids] of [
    ['data_elements', [token, order]],
    ['rules', [rule]],
  ] as const) {
    await call('POST', `/libraries/${library}/relationships/${type}`, {
      data: ids.map((id) => ({ type, id })),
    })
  }
  const approve = { data: { type: 'libraries', id: library, meta: { action: 'approve' } } }
  await call('PATCH', `/libraries/${library}`, approve)
  const build = await made(`/libraries/${library}/builds`, undefined)
  return { element: order, rule, library, build }
}

/** A run with every outcome. */
async function runContacts({ url }: Console['broker'], activity: ActivityServer): Promise<string> {
  activity.behave('/execute', ({ body }, response) =>
    body.keyValue === '003C' ? answering(400)(undefined as never, response) : {},
  )
  const lines = ['003A', '003B', '003C', '003D'].map((key) => JSON.stringify({ key, attributes: {} }))
  const response = await fetch(`${url}/marketing-cloud/activities/discount/execute`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN_KEY}`, 'Content-Type': 'application/x-ndjson' },
    body: [...lines, '{"key": "003E", "attributes"', '{"name": "no key"}'].join('\n'),
  })
  await response.text()
  return response.headers.get('bursar-run')!
}
