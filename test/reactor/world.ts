import { afterAll, beforeAll, expect } from 'vitest'
import type { Api } from '../api.ts'
import { awaitUntil } from '../await-until.ts'
import { type BrokerOptions, startTestBroker, type TestBroker } from '../broker.ts'
import { checkDescribed, parseSent } from '../described.ts'

export const MEDIA_TYPE = 'application/vnd.api+json'

// biome-ignore lint/suspicious/noExplicitAny: answers are read here as they come.
export type Json = any

export interface ReactorAnswer {
  status: number
  headers: Headers
  text: string
  body: Json
}

/** Raw JSON:API calls below `/reactor`; each is held against what OpenAPI says of it. */
export type Call = (
  method: string,
  path: string,
  body?: unknown,
  options?: { headers?: Record<string, string>; raw?: string; key?: string },
) => Promise<ReactorAnswer>

export const callerOf =
  (api: Api): Call =>
  async (method, path, body, { headers = {}, raw, key } = {}) => {
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body))
    const answer = await api.call(method, `/reactor${path}`, undefined, {
      ...(sent !== undefined && { raw: sent }),
      ...(key !== undefined && { key }),
      headers: { Accept: `${MEDIA_TYPE};revision=1`, 'Content-Type': MEDIA_TYPE, ...headers },
    })
    checkDescribed({
      method,
      path: `/reactor${path.split('?')[0]}`,
      sent: parseSent(sent),
      status: answer.status,
      mediaType: answer.headers.get('content-type'),
      body: answer.body,
    })
    return answer
  }

/** A document with a new resource. */
export const create = (type: string, attributes: Json, relationships?: Json) => ({
  data: { type, attributes, ...(relationships && { relationships }) },
})
/** A document that changes a resource. */
export const change = (type: string, id: string, members: Json) => ({ data: { type, id, ...members } })
export const to = (type: string, id: string) => ({ data: { type, id } })

export interface World {
  broker: TestBroker
  call: Call
  companyId: string
  /** A property for event forwarding with nothing in it; answers its id. */
  property(attributes?: Json): Promise<string>
  environment(propertyId: string, stage?: string, attributes?: Json): Promise<string>
  /** A new secret, its exchange ended; answers it as it is then. */
  secret(propertyId: string, attributes: Json, environmentId?: string): Promise<Json>
  /** The secret once nothing is pending. */
  settled(id: string): Promise<Json>
}

/** A broker for all tests of a file. */
export function openWorld(options: BrokerOptions = {}): World {
  const world = {} as World
  beforeAll(async () => {
    Object.assign(world, await worldOf(await startTestBroker(options)))
  })
  afterAll(() => world.broker?.close())
  return world
}

export async function worldOf(broker: TestBroker): Promise<World> {
  const call = callerOf(broker.api)
  const companies = await call('GET', '/companies')
  const companyId: string = companies.body.data[0].id
  let made = 0
  const made201 = (answer: ReactorAnswer): string => {
    expect([answer.status, answer.text.slice(0, 500)]).toEqual([201, expect.any(String)])
    return answer.body.data.id
  }
  const settled = (id: string): Promise<Json> =>
    awaitUntil(`secret ${id} has settled`, async () => {
      const { body } = await call('GET', `/secrets/${id}`)
      return body.data.attributes.status === 'pending' ? undefined : body.data
    })
  return {
    broker,
    call,
    companyId,
    settled,
    async secret(propertyId, attributes, environmentId) {
      made += 1
      const related = environmentId && { environment: to('environments', environmentId) }
      const document = create('secrets', { name: `Secret ${made}`, ...attributes }, related)
      return settled(made201(await call('POST', `/properties/${propertyId}/secrets`, document)))
    },
    async property(attributes = {}) {
      made += 1
      const document = create('properties', { name: `Property ${made}`, platform: 'edge', ...attributes })
      return made201(await call('POST', `/companies/${companyId}/properties`, document))
    },
    async environment(propertyId, stage = 'development', attributes = {}) {
      made += 1
      const document = create('environments', { name: `Environment ${made}`, stage, ...attributes })
      return made201(await call('POST', `/properties/${propertyId}/environments`, document))
    },
  }
}

/** Status, code and pointer of each error. */
export const errorsOf = ({ body }: { body: Json }): Array<[string, string, string | undefined]> =>
  body.errors.map((error: Json) => [error.status, error.code, error.source.pointer ?? error.source.parameter])

export const idsOf = ({ body }: { body: Json }): string[] => body.data.map(({ id }: Json) => id)
export const namesOf = ({ body }: { body: Json }): string[] =>
  body.data.map(({ attributes }: Json) => attributes.name)
