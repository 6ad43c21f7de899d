import { destinationRoutes } from '@bursar/domain/api/routes/destinations.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createDestinationsDoor } from '../../packages/broker/src/doors/destinations/routes.ts'
import type { TestBroker } from '../broker.ts'
import { answered, checkDescribed } from '../described.ts'
import { DESTINATIONS, type Door, openDoor, startDoorBroker } from './door.ts'
import { example } from './examples.ts'

let broker: TestBroker
let door: Door
beforeAll(async () => {
  broker = await startDoorBroker()
  door = openDoor(broker)
})
afterAll(() => broker?.close())

const HOST = 'https://moviestar.example'
const described = destinationRoutes.map(({ method, path }) => `${method} ${path}`).toSorted()

test('OpenAPI describes each route that the door serves, and no other', async () => {
  const served = createDestinationsDoor({ operations: {} } as never)
    .routes.filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  expect(served.toSorted()).toEqual(described)
  const { paths } = (await broker.api.call('GET', '/openapi.json')).body
  const inDocument = Object.entries(paths)
    .filter(([path]) => path.startsWith(DESTINATIONS))
    .flatMap(([path, methods]) => Object.keys(methods as object).map((one) => `${one.toUpperCase()} ${path}`))
  expect(inDocument.toSorted()).toEqual(described)
})

test('a method that a path does not take is answered with those that are described', async () => {
  for (const [path, methods] of [
    [DESTINATIONS, 'POST, GET, HEAD'],
    [`${DESTINATIONS}/x`, 'GET, HEAD, PUT, DELETE'],
  ] as const) {
    const { status, headers } = await broker.api.call('PATCH', path, {})
    expect([path, status, headers.get('allow')]).toEqual([path, 405, methods])
  }
})

test('each call answers as its schema says, and wants the scope that is described', async () => {
  const configuration = example('customerClient', HOST)
  const { body: made } = await door.create(configuration)
  await door.call('GET', '')
  const { body: read } = await door.call('GET', made.instanceId)
  await door.call('PUT', made.instanceId, read)
  const keyWith = async (scope: string) =>
    (await broker.api.call('POST', '/v1/callers', { name: scope, scopes: [scope] })).body as unknown as {
      key: string
    }
  const [reader, other] = [await keyWith('credentials:read'), await keyWith('audit:read')]
  for (const { method, path, scope } of destinationRoutes) {
    const { key } = scope === 'credentials:read' ? other : reader
    const at = path.replace('{instanceId}', made.instanceId)
    const body = method === 'POST' || method === 'PUT' ? configuration : undefined
    const answer = await broker.api.call(method, at, body, { key })
    const mediaType = answer.headers.get('content-type')
    checkDescribed({ method, path: at, sent: body, status: answer.status, mediaType, body: answer.body })
    expect([method, path, answer.status]).toEqual([method, path, 403])
  }
  await door.call('DELETE', made.instanceId)
  expect([...answered].toSorted()).toEqual(destinationRoutes.map(({ operationId }) => operationId).toSorted())
})

test('what is wrong is told with the statuses that are described', async () => {
  expect((await door.create({ customerAuthenticationConfigurations: 'none' })).status).toBe(400)
  expect((await door.call('GET', 'nobody')).status).toBe(404)
  expect((await door.call('DELETE', 'nobody')).body.code).toBe('destination_configuration.not_found')
})
