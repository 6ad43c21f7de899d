import { expect } from 'vitest'
import { ADMIN_KEY } from '../broker.ts'
import { checkDescribed, parseSent } from '../described.ts'
import { change, create, type Json, type ReactorAnswer, to, type World } from './world.ts'

/** What a person does in a property between a data element and a build. */
export interface Desk {
  propertyId: string
  element(name: string, delegate: string, settings: Json, attributes?: Json): Promise<string>
  secretElement(name: string, secrets: Record<string, string>): Promise<string>
  /** A rule with its conditions and actions, each as settings. */
  rule(name: string, parts: { conditions?: Json[]; actions?: Json[] }): Promise<string>
  library(
    environmentId: string | null,
    resources?: { data_elements?: string[]; rules?: string[] },
  ): Promise<string>
  add(libraryId: string, type: string, ids: readonly string[]): Promise<ReactorAnswer>
  act(libraryId: string, action: string): Promise<ReactorAnswer>
  build(libraryId: string): Promise<Json>
}

export const SEND = 'adobe-cloud-connector::actions::send-data'
export const COMPARE = 'core::conditions::value-comparison'

export async function openDesk(world: World): Promise<Desk> {
  const { call } = world
  const propertyId = await world.property()
  const made = (answer: ReactorAnswer): string => {
    expect([answer.status, answer.text.slice(0, 800)]).toEqual([201, expect.any(String)])
    return answer.body.data.id
  }
  const packages = await call('GET', '/extension_packages')
  const connector = packages.body.data.find((one: Json) => one.attributes.name === 'adobe-cloud-connector')
  made(
    await call(
      'POST',
      `/properties/${propertyId}/extensions`,
      create('extensions', {}, { extension_package: to('extension_packages', connector.id) }),
    ),
  )
  const desk: Desk = {
    propertyId,
    async element(name, delegate, settings, attributes = {}) {
      const id = `core::dataElements::${delegate}`
      const text = typeof settings === 'string' ? settings : JSON.stringify(settings)
      const document = create('data_elements', {
        name,
        delegate_descriptor_id: id,
        settings: text,
        ...attributes,
      })
      return made(await call('POST', `/properties/${propertyId}/data_elements`, document))
    },
    secretElement: (name, secrets) =>
      desk.element(name, 'secret', {
        secrets: Object.fromEntries(
          Object.entries(secrets).map(([stage, id]) => [stage, { id, name: `secret of ${stage}` }]),
        ),
      }),
    async rule(name, { conditions = [], actions = [] }) {
      const path = `/properties/${propertyId}`
      const ruleId = made(await call('POST', `${path}/rules`, create('rules', { name })))
      const parts = [
        ...conditions.map((settings) => [COMPARE, settings]),
        ...actions.map((settings) => [SEND, settings]),
      ]
      for (const [order, [delegate, { negate, ...settings }]] of parts.entries()) {
        const attributes = {
          name: `${name} ${order}`,
          delegate_descriptor_id: delegate,
          settings: JSON.stringify(settings),
          order,
          ...(negate && { negate }),
        }
        const rules = { data: [{ type: 'rules', id: ruleId }] }
        made(await call('POST', `${path}/rule_components`, create('rule_components', attributes, { rules })))
      }
      return ruleId
    },
    async library(environmentId, resources = {}) {
      const relationships =
        environmentId === null ? undefined : { environment: to('environments', environmentId) }
      const document = create('libraries', { name: 'Library' }, relationships)
      const id = made(await call('POST', `/properties/${propertyId}/libraries`, document))
      for (const [type, ids] of Object.entries(resources)) {
        expect((await desk.add(id, type, ids)).status).toBe(200)
      }
      return id
    },
    add: (libraryId, type, ids) =>
      call('POST', `/libraries/${libraryId}/relationships/${type}`, {
        data: ids.map((id) => ({ type, id })),
      }),
    act: (libraryId, action) =>
      call('PATCH', `/libraries/${libraryId}`, change('libraries', libraryId, { meta: { action } })),
    async build(libraryId) {
      const answer = await call('POST', `/libraries/${libraryId}/builds`)
      made(answer)
      return answer.body.data
    },
  }
  return desk
}

/** An event for an environment, as a site sends it; held against what OpenAPI says of it. */
export async function sendEvent(
  world: World,
  environmentId: string,
  event: Json,
  {
    key = ADMIN_KEY,
    headers = {},
    raw,
  }: { key?: string; headers?: Record<string, string>; raw?: string } = {},
): Promise<{ status: number; body: Json; text: string; headers: Headers }> {
  const path = `/reactor/edge/${environmentId}/events`
  const sent = raw ?? JSON.stringify(event)
  const response = await fetch(world.broker.url + path, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers },
    body: sent,
  })
  const { status } = response
  const text = await response.text()
  const body = text === '' ? null : JSON.parse(text)
  const mediaType = response.headers.get('content-type')
  checkDescribed({ method: 'POST', path, sent: parseSent(sent), status, mediaType, body })
  return { status, body, text, headers: response.headers }
}

export const statusesOf = ({ body }: { body: Json }): string[] =>
  body.results.map(({ status }: Json) => status)

export const logsOf = ({ body }: { body: Json }): string =>
  body.results.flatMap(({ logs }: Json) => logs.flatMap(({ messages }: Json) => messages)).join('\n')

export const faultsOf = (build: Json): string[] =>
  build.meta.status_details.errors.map(({ code, detail }: Json) => `${code}: ${detail}`)
