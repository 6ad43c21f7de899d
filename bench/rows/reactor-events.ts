import { join } from 'node:path'
import { ADMIN_KEY, createKey, type RunningBroker, startBroker } from '../broker.ts'
import { freePort } from '../nginx.ts'
import { LOAD_CORE, SERVER_CORE, start } from '../processes.ts'
import type { Row } from '../row.ts'
import { sideBySide } from '../side-by-side.ts'

const SERVERS = join(import.meta.dirname, '../servers')
const MEDIA_TYPE = 'application/vnd.api+json'
const EVENT = JSON.stringify({
  xdm: {
    eventType: 'commerce.purchases',
    _id: '01890a5d-ac96-774b-bcce-b302099a8057',
    commerce: { order: { purchaseID: 'o-1', priceTotal: 120.5, currencyCode: 'EUR' } },
    environment: { ipV4: '192.0.2.7' },
  },
})

/** One rule with one condition, one secret and one request to a local server, beside a server that only forwards. */
export const reactorEventsRow: Row = {
  name: 'reactor-events',
  async run(options) {
    const port = await freePort()
    const destination = await start(process.execPath, [join(SERVERS, 'activity.ts'), String(port)], {
      cores: LOAD_CORE,
      isReady: (line) => line === 'ready',
    })
    const broker = await startBroker()
    const bare = await start(process.execPath, [join(SERVERS, 'bare-forwarder.ts'), String(port)], {
      cores: SERVER_CORE,
      isReady: (line) => /^\d+$/.test(line),
    })
    try {
      const environment = await deploy(broker, port)
      const key = await createKey(broker, [`events:${environment}`])
      // A site that only forwards does not read logs.
      const headers = {
        Authorization: `Bearer ${key}`,
        'Content-Type': 'application/json',
        Prefer: 'return=minimal',
      }
      const path = `/reactor/edge/${environment}/events`
      await expectSuccess(`http://127.0.0.1:${broker.port}${path}`, headers)
      const target = { method: 'POST', path, headers, body: EVENT } as const
      return [
        await sideBySide(
          {
            name: 'reactor-events',
            target: 0.4,
            what: 'events through one rule with a condition, a secret and a request, `Prefer: return=minimal`',
            beside: '`node:http` that sends the body on with `undici.dispatch` and does nothing else',
          },
          { target: { ...target, port: broker.port }, pids: [broker.pid] },
          { target: { ...target, port: Number(bare.ready) }, pids: [bare.pid] },
          options,
        ),
      ]
    } finally {
      await Promise.all([broker.stop(), bare.stop(), destination.stop()])
    }
  },
}

async function expectSuccess(url: string, headers: Record<string, string>): Promise<void> {
  const answer = await fetch(url, { method: 'POST', headers, body: EVENT })
  const text = await answer.text()
  if (!text.includes('"status":"success"'))
    throw new Error(`The rule did not succeed: ${answer.status} ${text}`)
}

// biome-ignore lint/suspicious/noExplicitAny: answers are read here as they come.
type Json = any

/** A property with a rule that runs on its development environment; answers the id of that one. */
async function deploy(broker: RunningBroker, port: number): Promise<string> {
  const call = async (method: string, path: string, data?: Json): Promise<Json> => {
    const response = await fetch(`http://127.0.0.1:${broker.port}/reactor${path}`, {
      method,
      headers: { Authorization: `Bearer ${ADMIN_KEY}`, 'Content-Type': MEDIA_TYPE },
      ...(data !== undefined && { body: JSON.stringify({ data }) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text).data
  }
  const make = async (type: string, below: string, attributes: Json, relationships?: Json): Promise<string> =>
    (await call('POST', `${below}/${type}`, { type, attributes, ...(relationships && { relationships }) })).id
  const to = (type: string, id: string) => ({ data: { type, id } })

  const [company] = await call('GET', '/companies')
  const property = `/properties/${await make('properties', `/companies/${company.id}`, { name: 'Bench', platform: 'edge' })}`
  const environment = await make('environments', property, { name: 'dev', stage: 'development' })
  const environmentOf = { environment: to('environments', environment) }
  const packages = await call('GET', '/extension_packages?filter[name]=EQ adobe-cloud-connector')
  const package_ = { extension_package: to('extension_packages', packages[0].id) }
  await make('extensions', property, {}, package_)
  const credentials = { token: 'static-token-of-the-bench' }
  const secret = await make(
    'secrets',
    property,
    { name: 'crm', type_of: 'token', credentials },
    environmentOf,
  )
  while ((await call('GET', `/secrets/${secret}`)).attributes.status !== 'succeeded') {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const element = (name: string, delegate: string, settings: Json) =>
    make('data_elements', property, {
      name,
      delegate_descriptor_id: `core::dataElements::${delegate}`,
      settings: JSON.stringify(settings),
    })
  const elements = [
    await element('token', 'secret', { secrets: { development: { id: secret, name: 'crm' } } }),
    await element('kind', 'path', { path: 'arc.event.xdm.eventType' }),
    await element('order', 'path', { path: 'arc.event.xdm.commerce.order' }),
  ]
  const rule = await make('rules', property, { name: 'forward' })
  const component = (name: string, delegate: string, settings: Json) =>
    make(
      'rule_components',
      property,
      { name, delegate_descriptor_id: delegate, settings: JSON.stringify(settings) },
      { rules: { data: [{ type: 'rules', id: rule }] } },
    )
  await component('purchases', 'core::conditions::value-comparison', {
    leftOperand: '{{kind}}',
    comparison: { operator: 'equals' },
    rightOperand: 'commerce.purchases',
  })
  await component('send', 'adobe-cloud-connector::actions::send-data', {
    method: 'POST',
    url: `http://127.0.0.1:${port}/collect`,
    headers: [{ key: 'Authorization', value: 'Bearer {{token}}' }],
    body: { order: '{{order}}' },
  })
  const library = await make('libraries', property, { name: 'Bench' }, environmentOf)
  const add = (type: string, ids: readonly string[]) =>
    call(
      'POST',
      `/libraries/${library}/relationships/${type}`,
      ids.map((id) => ({ type, id })),
    )
  await add('data_elements', elements)
  await add('rules', [rule])
  const build = await call('POST', `/libraries/${library}/builds`)
  if (build.attributes.status !== 'succeeded') throw new Error(JSON.stringify(build.meta))
  return environment
}
