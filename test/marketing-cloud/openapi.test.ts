import { DESCRIBED_ROUTES } from '@bursar/domain/api/described-routes.ts'
import { errorsOf, type Route } from '@bursar/domain/api/route.ts'
import { expect, test } from 'vitest'
import { createMarketingCloudDoor } from '../../packages/broker/src/doors/marketing-cloud/routes.ts'
import type { Answer } from '../api.ts'
import { clientCredentials, type Json, openWorld, restActivity, secured } from './world.ts'

const world = openWorld()

const described = DESCRIBED_ROUTES.filter(({ path }) => path.startsWith('/marketing-cloud/'))
const called = new Set<string>()

async function send(id: string, params: Json, body: unknown, type?: string): Promise<[Route, Answer]> {
  const route = described.find(({ operationId }) => operationId === id)!
  called.add(id)
  const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name]))
  const options = type === undefined ? {} : { raw: body as string, headers: { 'Content-Type': type } }
  return [route, await world.api.call(route.method, path, type === undefined ? body : undefined, options)]
}

/** Calls what the document describes; the answer holds what its schema says and nothing beside it. */
async function ask(id: string, params: Json = {}, body?: unknown): Promise<Json> {
  const [route, { status, body: answered, text }] = await send(id, params, body)
  expect([id, status, status < 400 ? '' : text]).toEqual([id, route.answer.status, ''])
  if (route.answer.schema) expect(route.answer.schema.parse(answered)).toEqual(answered)
  return answered as Json
}

/** The same where the document names NDJSON: the lines. */
async function stream(id: string, params: Json, lines?: string): Promise<Json[]> {
  const [route, answer] = await send(id, params, lines, lines === undefined ? undefined : NDJSON)
  expect([id, answer.status]).toEqual([id, route.answer.status])
  expect(route.answer.mediaTypes).toContain(answer.headers.get('content-type'))
  if (lines !== undefined) expect(route.body!.streamTypes).toContain(NDJSON)
  return answer.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Json)
}
const NDJSON = 'application/x-ndjson'

async function refusal(id: string, params: Json, body?: unknown, type?: string): Promise<string> {
  const [route, { status, body: problem }] = await send(id, params, body, type)
  expect(status).toBeGreaterThanOrEqual(400)
  expect(errorsOf(route)).toContain(problem.code)
  return problem.code
}

test('OpenAPI describes each route that the door serves, and no other', () => {
  const door = createMarketingCloudDoor({ marketingCloud: { runs: {} } } as never)
  const served = door.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`)
  expect([...new Set(served)].toSorted()).toEqual(
    described.map(({ method, path }) => `${method} ${path}`).toSorted(),
  )
})

test('security contexts answer as their schemas say', async () => {
  const body = {
    ...clientCredentials(world.tokens),
    externalKey: 'described',
    validServiceUrls: [`${world.activity.url}/described`],
    scope: 'a b',
  }
  await ask('createSecurityContext', {}, body)
  expect(await refusal('createSecurityContext', {}, body)).toBe('credential.name_taken')
  expect(await refusal('createSecurityContext', {}, {})).toBe('request.invalid')
  await ask('listSecurityContexts')
  await ask('getSecurityContext', { key: 'described' })
  await ask('updateSecurityContext', { key: 'described' }, { clientAuthentication: 'header' })
  await ask('deleteSecurityContext', { key: 'described' })
  for (const id of ['getSecurityContext', 'updateSecurityContext', 'deleteSecurityContext'])
    expect(await refusal(id, { key: 'described' }, id.startsWith('update') ? {} : undefined)).toBe(
      'security_context.not_found',
    )
})

test('Salt keys answer as their schemas say', async () => {
  const body = { name: 'Salt', externalKey: 'described', key: `0x${'0a'.repeat(32)}` }
  await ask('createSaltKey', {}, body)
  expect(await refusal('createSaltKey', {}, body)).toBe('salt_key.taken')
  await ask('listSaltKeys')
  await ask('getSaltKey', { key: 'described' })
  await ask('updateSaltKey', { key: 'described' }, { key: `0x${'0b'.repeat(16)}` })
  await ask('deleteSaltKey', { key: 'described' })
  expect(await refusal('getSaltKey', { key: 'described' })).toBe('salt_key.not_found')
})

test('activities and their phases answer as their schemas say', async () => {
  const config = restActivity({ url: `${world.activity.url}/described` })
  const key = 'described'
  await ask('registerActivity', {}, { key, config, jwtSigningSecret: 'of the package' })
  expect(await refusal('registerActivity', {}, { key, config })).toBe('activity.key_taken')
  await ask('listActivities')
  await ask('getActivity', { key })
  const unready = restActivity({ url: `${world.activity.url}/described`, ...secured('nobody') })
  expect((await ask('replaceActivity', { key }, { config: unready })).problems).toHaveLength(1)
  expect(await refusal('publishActivity', { key })).toBe('activity.unready')
  await ask('replaceActivity', { key }, { config })
  for (const phase of ['save', 'validate', 'publish']) await ask(`${phase}Activity`, { key })
  expect(await refusal('deleteActivity', { key })).toBe('activity.in_use')
  for (const phase of ['unpublish', 'stop']) await ask(`${phase}Activity`, { key })
  await ask('deleteActivity', { key })
  expect(await refusal('getActivity', { key })).toBe('activity.not_found')
})

test('a contact, a run and its results answer as their schemas say', async () => {
  const key = 'described-run'
  await world.publish(key, { url: `${world.activity.url}/described-run` })
  await ask('executeActivity', { key }, { key: 'a' })
  const { answer } = described.find(({ operationId }) => operationId === 'executeActivity')!
  const [first, ...rest] = await stream('executeActivity', { key }, '{"key":"a"}\nnone\n')
  const results = rest.filter(({ line }) => line !== undefined)
  expect(results).toHaveLength(2)
  for (const result of results) expect(answer.schema!.parse(result)).toEqual(result)
  const { id: run } = first!.run
  await ask('listActivityRuns', { key })
  await ask('getActivityRun', { key, run })
  expect(await ask('createActivityRun', { key })).toMatchObject({ status: 'interrupted', lines: 0 })
  expect(await ask('stopActivityRun', { key, run })).toMatchObject({ status: 'finished' })
  for (const result of await stream('getActivityRunResults', { key, run }))
    expect(answer.schema!.parse(result)).toEqual(result)
  expect(await refusal('resumeActivityRun', { key, run }, '{"key":"a"}\nnone\n', NDJSON)).toBe('run.finished')
  expect(await refusal('getActivityRun', { key, run: 'nobody' })).toBe('run.not_found')
})

test('each operation of the document has been called by these tests', () => {
  expect([...called].toSorted()).toEqual(described.map(({ operationId }) => operationId).toSorted())
})
