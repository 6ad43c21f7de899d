import { ATTRIBUTES } from '@bursar/domain/api/reactor/attributes.ts'
import { EVENT_ROUTE } from '@bursar/domain/api/reactor/event-route.ts'
import { BASE_PATH, type ReactorRoute } from '@bursar/domain/api/reactor/reactor-route.ts'
import { REACTOR_ROUTES } from '@bursar/domain/api/reactor/routes.ts'
import type { ResourceType } from '@bursar/domain/reactor/resource-type.ts'
import { beforeAll, expect, test } from 'vitest'
import { createReactorDoor } from '../../packages/broker/src/doors/reactor/routes.ts'
import { answered } from '../described.ts'
import { openDesk, sendEvent } from './forwarding.ts'
import { change, create, type Json, openWorld, to } from './world.ts'

const world = openWorld()
/** Of each type one that stays. */
const ids = {} as Record<ResourceType, string>
let document: Json

const nameOf = ({ method, path }: ReactorRoute) => `${method} ${path}`
const below = ({ path }: { path: string }) => path.slice(BASE_PATH.length)
const typeOf = (route: { path: string }) => below(route).split('/')[1] as ResourceType

/** The path with the ids of what is there. */
const pathOf = (route: { path: string }): string =>
  below(route)
    .replace('{type}', 'secrets')
    .replace('{id}', ids[below(route).startsWith('/{type}') ? 'secrets' : typeOf(route)])
    .replace('{name}', 'environment')

async function done(method: string, path: string, body?: unknown): Promise<Json> {
  const { status, text, body: answer } = await world.call(method, path, body)
  expect([method, path, status < 400 ? '' : text]).toEqual([method, path, ''])
  return answer?.data
}

const made = async (path: string, type: string, attributes: Json, relationships?: Json): Promise<string> =>
  (await done('POST', path, create(type, attributes, relationships))).id

beforeAll(async () => {
  document = (await world.broker.api.call('GET', '/openapi.json')).body
  const desk = await openDesk(world)
  const property = desk.propertyId
  const at = `/properties/${property}`
  const environment = await world.environment(property)
  const [core, connector] = await done('GET', `${at}/extensions`)
  const token = { type_of: 'token', credentials: { token: 'x' } }
  const secret = await world.secret(property, token, environment)
  const element = await desk.secretElement('element', { development: secret.id })
  const rule = await desk.rule('rule', {
    conditions: [{ leftOperand: '{{element}}', comparison: { operator: 'equals' }, rightOperand: 'a' }],
  })
  const [component] = await done('GET', `/rules/${rule}/rule_components`)
  const library = await desk.library(environment, { data_elements: [element], rules: [rule] })
  await desk.add(library, 'extensions', [core.id, connector.id])
  const build = await desk.build(library)
  expect(build.attributes.status).toBe('succeeded')
  Object.assign(ids, {
    companies: world.companyId,
    properties: property,
    environments: environment,
    hosts: await made(`${at}/hosts`, 'hosts', { name: 'host' }),
    secrets: secret.id,
    extensions: core.id,
    extension_packages: (await done('GET', '/extension_packages'))[0].id,
    data_elements: element,
    rules: rule,
    rule_components: component.id,
    libraries: library,
    builds: build.id,
    notes: await made(`/secrets/${secret.id}/notes`, 'notes', { text: 'a note' }),
    callbacks: await made(`${at}/callbacks`, 'callbacks', {
      url: 'https://hooks.example.com/',
      subscriptions: ['library.deleted'],
    }),
    audit_events: (await done('GET', '/audit_events'))[0].id,
  })
})

test('OpenAPI describes each route that the door serves, and no other', () => {
  const served = createReactorDoor({ reactor: {} } as never)
    .routes.filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  expect(served.toSorted()).toEqual(REACTOR_ROUTES.map(nameOf).toSorted())
  const described = Object.entries(document.paths)
    .filter(([path]) => path.startsWith(`${BASE_PATH}/`) && !path.startsWith(`${BASE_PATH}/edge/`))
    .flatMap(([path, methods]) => Object.keys(methods as object).map((one) => `${one.toUpperCase()} ${path}`))
  expect(described.toSorted()).toEqual(served.toSorted())
})

test('a method that a path does not take is answered with those that are described', async () => {
  for (const path of new Set(REACTOR_ROUTES.map((route) => route.path))) {
    const { status, headers } = await world.call('PUT', pathOf({ path }), {})
    const own = REACTOR_ROUTES.filter((route) => route.path === path).map(({ method }) => method)
    // Linkages are read at a path of their own, or at the one of all relationships.
    const methods = [...own, ...(own.includes('GET') ? ['HEAD'] : [])].toSorted()
    expect([path, status, headers.get('allow')?.split(', ').toSorted()]).toEqual([path, 405, methods])
  }
})

test('a resource has each attribute that its schema has, and with `fields` those that were asked for', async () => {
  for (const [type, id] of Object.entries(ids) as Array<[ResourceType, string]>) {
    const whole = await done('GET', `/${type}/${id}`)
    const shown = Object.keys(whole.attributes)
    const variants = ATTRIBUTES[type].map((shape) =>
      Object.entries(shape).flatMap(([name, member]) => (member.safeParse(undefined).success ? [] : [name])),
    )
    const fits = variants.some((names) => names.every((name) => shown.includes(name)))
    expect([type, shown, fits]).toEqual([type, shown, true])
    const [first] = shown
    const { attributes } = await done('GET', `/${type}/${id}?fields[${type}]=${first}`)
    expect([type, Object.keys(attributes)]).toEqual([type, [first]])
  }
})

interface Parameter {
  name: string
  style: string
  schema: { properties?: Record<string, { default?: number }>; items?: { enum: string[] } }
}

test('a list takes the pages, filters and orders that are described, and no other order', async () => {
  for (const route of REACTOR_ROUTES.filter(({ fields }) => fields !== undefined)) {
    const { parameters } = document.paths[route.path].get
    const references = parameters.filter(({ $ref }: Json) => $ref !== undefined)
    const shared: Parameter[] = references.map(
      ({ $ref }: Json) => document.components.parameters[$ref.split('/').at(-1)],
    )
    expect(shared.map(({ name }) => name)).toEqual(['page', 'filter', 'sort', 'fields'])
    const [page, filter, sort] = shared as [Parameter, Parameter, Parameter]
    const orders = sort.schema.items!.enum
    const members = Object.keys(filter.schema.properties!)
    expect(orders).toEqual(members.flatMap((name) => [name, `-${name}`]))
    const path = pathOf(route)
    const all = new URLSearchParams({
      ...Object.fromEntries(Object.keys(page.schema.properties!).map((name) => [`page[${name}]`, '1'])),
      // Nothing is told apart by this filter, whatever the kind of the field.
      ...Object.fromEntries(members.map((name) => [`filter[${name}]`, 'EQ null,NOT null'])),
      sort: orders.join(','),
    })
    await done('GET', `${path}?${all}`)
    const refused = await world.call('GET', `${path}?sort=nobody`)
    expect([path, refused.status, refused.body.errors[0].source]).toEqual([path, 400, { parameter: 'sort' }])
  }
})

test('each call wants the scope that is described', async () => {
  const keyWith = async (scopes: string[]) =>
    (await world.broker.api.call('POST', '/v1/callers', { name: scopes.join(), scopes })).body
  const [reader, other] = [
    (await keyWith(['credentials:read'])) as Json,
    (await keyWith(['audit:read', 'events:nothing'])) as Json,
  ]
  for (const route of REACTOR_ROUTES.filter(({ scope }) => scope !== 'any')) {
    const { key } = route.scope === 'credentials:read' ? other : reader
    const example = structuredClone(route.body?.example) as Json
    if (example?.data.id !== undefined) example.data.id = ids[typeOf(route)]
    const { status } = await world.call(route.method, pathOf(route), example, { key })
    expect([nameOf(route), status]).toEqual([nameOf(route), 403])
  }
})

test('an event is answered as its schema says, with logs and without', async () => {
  const event = { xdm: { order: '1042' } }
  const [loud, quiet] = [
    await sendEvent(world, ids.environments, event),
    await sendEvent(world, ids.environments, event, { headers: { Prefer: 'return=minimal' } }),
  ]
  expect([loud.status, quiet.status]).toEqual([200, 200])
  expect([loud, quiet].map(({ body }) => body.results[0].logs === undefined)).toEqual([false, true])
  for (const options of [{ key: 'bsr_nobody' }, { raw: '[' }, { headers: { 'Content-Type': 'text/plain' } }])
    expect((await sendEvent(world, ids.environments, event, options)).status).toBeGreaterThanOrEqual(400)
})

test('each call answers as its schema says', async () => {
  const property = `/properties/${ids.properties}`
  for (const route of REACTOR_ROUTES.filter(
    ({ method, path }) => method === 'POST' && path.endsWith('/notes'),
  )) {
    await made(pathOf(route), 'notes', { text: 'a note' })
  }
  for (const route of REACTOR_ROUTES.filter(({ method }) => method === 'GET')) {
    await done('GET', pathOf(route))
  }
  const [, connector] = await done('GET', `${property}/extensions`)
  const component = {
    name: 'component',
    delegate_descriptor_id: 'core::conditions::value-comparison',
    settings: '{"leftOperand":"{{element}}","comparison":{"operator":"isTrue"}}',
  }
  const extension = { extension: to('extensions', ids.extensions) }
  await made(`/rules/${ids.rules}/rule_components`, 'rule_components', component, extension)
  for (const [type, attributes] of Object.entries({
    properties: { enabled: true },
    environments: { archive: false },
    hosts: { name: 'same host' },
    secrets: { name: 'same secret' },
    extensions: { enabled: true },
    data_elements: { clean_text: true },
    rules: { enabled: true },
    rule_components: { order: 1 },
    libraries: { name: 'same library' },
    callbacks: { subscriptions: ['host.created'] },
  })) {
    const id = ids[type as ResourceType]
    await done('PATCH', `/${type}/${id}`, change(type, id, { attributes }))
  }
  await done(
    'PATCH',
    `/builds/${ids.builds}`,
    change('builds', ids.builds, { meta: { action: 'republish' } }),
  )
  for (const type of ['data_elements', 'extensions', 'rules'] as const) {
    const path = `/libraries/${ids.libraries}/relationships/${type}`
    const { data } = { data: [{ type, id: ids[type] }] }
    for (const method of ['DELETE', 'POST', 'PATCH']) await done(method, path, { data })
  }
  const path = `/libraries/${ids.libraries}/relationships/environment`
  for (const method of ['PATCH', 'POST']) await done(method, path, to('environments', ids.environments))
  expect((await world.call('DELETE', path)).status).toBe(204)
  const gone = {
    rule_components: ids.rule_components,
    rules: ids.rules,
    data_elements: ids.data_elements,
    extensions: connector.id,
    libraries: ids.libraries,
    callbacks: ids.callbacks,
    hosts: await made(`${property}/hosts`, 'hosts', { name: 'gone' }),
    secrets: (await world.secret(ids.properties, { type_of: 'token', credentials: { token: 'x' } })).id,
    environments: await world.environment(ids.properties),
    properties: await world.property(),
  }
  for (const [type, id] of Object.entries(gone)) {
    expect([type, (await world.call('DELETE', `/${type}/${id}`)).status]).toEqual([type, 204])
  }
  const all = [...REACTOR_ROUTES, EVENT_ROUTE].map(({ operationId }) => operationId)
  expect([...answered].toSorted()).toEqual(all.toSorted())
})
