import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN_KEY } from '../broker.ts'
import { signedIn } from '../console-server/browser-client.ts'
import { type HttpServer, readText, startHttpServer } from '../http-server.ts'
import { type Desk, faultsOf, logsOf, openDesk, sendEvent, statusesOf } from './forwarding.ts'
import { change, errorsOf, idsOf, type Json, openWorld } from './world.ts'

const world = openWorld()
const call: typeof world.call = (...rest) => world.call(...rest)

interface Received {
  method: string
  url: string
  headers: Record<string, string | string[] | undefined>
  body: string
}

let destination: HttpServer
const received: Received[] = []
let answer: { status: number; body: string; headers?: Record<string, string> } = { status: 200, body: 'ok' }

beforeAll(async () => {
  destination = await startHttpServer(async (request, response) => {
    received.push({
      method: request.method!,
      url: request.url!,
      headers: request.headers,
      body: await readText(request),
    })
    response.writeHead(answer.status, answer.headers ?? {}).end(answer.body)
  })
})
afterAll(() => destination.close())

interface Deployed {
  desk: Desk
  environmentId: string
  libraryId: string
}

async function deploy(
  actions: Json[],
  { conditions = [] as Json[], elements = [] as Array<[string, string, Json, Json?]> } = {},
): Promise<Deployed> {
  const desk = await openDesk(world)
  const environmentId = await world.environment(desk.propertyId)
  const data_elements: string[] = []
  for (const [name, delegate, settings, more] of elements) {
    data_elements.push(await desk.element(name, delegate, settings, more))
  }
  const rule = await desk.rule('forward', { conditions, actions })
  const libraryId = await desk.library(environmentId, { data_elements, rules: [rule] })
  const build = await desk.build(libraryId)
  expect(build.meta.status_details).toBeUndefined()
  received.length = 0
  answer = { status: 200, body: 'ok' }
  return { desk, environmentId, libraryId }
}

const post = (settings: Json = {}) => ({ method: 'POST', url: `${destination.url}/in`, ...settings })

test('an event comes from the console too: with its session, and never from another site', async () => {
  const { environmentId } = await deploy([post()])
  const client = await signedIn(world.broker.url, ADMIN_KEY)
  const path = `/reactor/edge/${environmentId}/events`
  const answered = await client.call('POST', path, {})
  expect([answered.status, statusesOf(answered)]).toEqual([200, ['success']])
  const foreign = await client.call('POST', path, {}, { 'Sec-Fetch-Site': 'cross-site' })
  expect(foreign.status).toBe(403)
  expect(received.length).toBe(1)
})

test('an event goes through conditions and data elements to a server, and the answer says what became of it', async () => {
  const { environmentId } = await deploy(
    [
      post({
        headers: [{ key: 'X-Customer', value: 'c-{{customer}}' }],
        body: { order: '{{order}}', note: 'for {{customer}}' },
        responseKey: 'first',
      }),
      post({ url: `${destination.url}/second?c={{customer}}`, body: '{{first answer}}' }),
    ],
    {
      elements: [
        ['order', 'path', { path: 'arc.event.xdm.order' }],
        ['customer', 'path', { path: 'arc.event.xdm.customer' }, { default_value: 'nobody' }],
        ['kind', 'path', { path: 'arc.event.xdm.kind' }],
        ['first answer', 'path', { path: 'arc.ruleStash.adobe-cloud-connector.responses.first' }],
      ],
      conditions: [
        { leftOperand: '{{kind}}', comparison: { operator: 'equals' }, rightOperand: 'purchase' },
        { leftOperand: '{{customer}}', comparison: { operator: 'equals' }, rightOperand: 'x', negate: true },
      ],
    },
  )
  answer = { status: 201, body: '{"id":7}' }
  const sent = await sendEvent(world, environmentId, {
    xdm: { kind: 'purchase', customer: 'ann', order: { total: 5 } },
  })
  expect([sent.status, statusesOf(sent)]).toEqual([200, ['success']])
  expect(received.map(({ method, url, body }) => [method, url, body])).toEqual([
    ['POST', '/in', '{"order":{"total":5},"note":"for ann"}'],
    ['POST', '/second?c=ann', '{"id":7}'],
  ])
  expect(received[0]!.headers).toMatchObject({ 'x-customer': 'c-ann', 'content-type': 'application/json' })
  expect(sent.body).toMatchObject({
    requestId: sent.headers.get('x-request-id'),
    buildId: expect.stringMatching(/^BL/),
    results: [{ ruleId: expect.stringMatching(/^RL/), status: 'success', logs: expect.any(Array) }],
  })
  expect(logsOf(sent)).toContain(
    'Calling "Make Fetch Call" module from the "Adobe Cloud Connector" extension.',
  )

  const brief = await sendEvent(
    world,
    environmentId,
    { xdm: { kind: 'purchase' } },
    { headers: { Prefer: 'return=minimal' } },
  )
  expect(brief.headers.get('preference-applied')).toBe('return=minimal')
  expect(brief.body.results).toEqual([{ ruleId: sent.body.results[0].ruleId, status: 'success' }])

  received.length = 0
  const other = await sendEvent(world, environmentId, { xdm: { kind: 'visit' } })
  expect(statusesOf(other)).toEqual(['condition_not_met'])
  const negated = await sendEvent(world, environmentId, { xdm: { kind: 'purchase', customer: 'x' } })
  expect(statusesOf(negated)).toEqual(['condition_not_met'])
  expect(received).toEqual([])
})

test('a build stays as it is until another succeeds; an older one can be published again', async () => {
  const { desk, environmentId, libraryId } = await deploy([post({ body: '{{word}}' })], {
    elements: [['word', 'constant', { value: 'one' }]],
  })
  const [wordId] = idsOf(await call('GET', `/properties/${desk.propertyId}/data_elements`))
  const send = async () => {
    received.length = 0
    await sendEvent(world, environmentId, {})
    return received[0]!.body
  }
  expect(await send()).toBe('one')
  const settings = JSON.stringify({ value: 'two' })
  await call(
    'PATCH',
    `/data_elements/${wordId}`,
    change('data_elements', wordId!, { attributes: { settings } }),
  )
  await desk.add(libraryId, 'data_elements', [wordId!])
  expect(await send()).toBe('one')
  await desk.build(libraryId)
  expect(await send()).toBe('two')
  const [first] = idsOf(await call('GET', `/libraries/${libraryId}/builds?sort=created_at`))
  const republished = await call(
    'PATCH',
    `/builds/${first}`,
    change('builds', first!, { meta: { action: 'republish' } }),
  )
  expect(republished.body.data.meta).toMatchObject({ republish_status: 'succeeded' })
  expect(await send()).toBe('one')
  await call('DELETE', `/libraries/${libraryId}`)
  expect(await send()).toBe('one')
  await call('DELETE', `/environments/${environmentId}`)
  expect((await sendEvent(world, environmentId, {})).status).toBe(404)
})

test('what is no event is refused before anything runs', async () => {
  const { environmentId } = await deploy([post()])
  const refused = async (options: Parameters<typeof sendEvent>[3], event: Json = {}) =>
    errorsOf(await sendEvent(world, environmentId, event, options))
  const megabyte = `{"xdm":"${'x'.repeat(1024 * 1024)}"}`
  expect(await refused({ raw: megabyte })).toEqual([['413', 'too-large', undefined]])
  expect(await refused({ raw: '{"xdm":' })).toEqual([['400', 'invalid-document', undefined]])
  expect(await refused({ raw: '[1]' })).toEqual([['400', 'invalid-document', undefined]])
  expect(await refused({ raw: `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}` })).toEqual([
    ['400', 'invalid-document', undefined],
  ])
  expect(await refused({ headers: { 'Content-Type': 'text/plain' } })).toEqual([
    ['415', 'media-type', undefined],
  ])
  expect(await refused({ key: 'bsr_no_such_key' })).toEqual([['401', 'authentication-failure', undefined]])
  const unknown = await sendEvent(world, `EN${'0'.repeat(32)}`, {})
  expect(errorsOf(unknown)).toEqual([['404', 'not-found', undefined]])
  const got = await fetch(`${world.broker.url}/reactor/edge/${environmentId}/events`)
  expect(got.status).toBe(405)
  expect(received).toEqual([])
  const strange =
    '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"\\ud83d\\ude80":1e400}'
  expect(statusesOf(await sendEvent(world, environmentId, null, { raw: strange }))).toEqual(['success'])
  expect(({} as Json).polluted).toBeUndefined()
})

test('a key needs the scope for the environment', async () => {
  const { environmentId } = await deploy([post()])
  const keyWith = async (...scopes: string[]): Promise<string> => {
    const made = await world.broker.api.call('POST', '/v1/callers', { name: 'site', scopes })
    expect(made.status).toBe(201)
    return (made.body as { key: string }).key
  }
  const allowed = await keyWith(`events:${environmentId}`)
  expect((await sendEvent(world, environmentId, {}, { key: allowed })).status).toBe(200)
  const all = await keyWith('events:*')
  expect((await sendEvent(world, environmentId, {}, { key: all })).status).toBe(200)
  const other = await keyWith('proxy:*', 'credentials:write', `events:EN${'0'.repeat(32)}`)
  expect(errorsOf(await sendEvent(world, environmentId, {}, { key: other }))).toEqual([
    ['403', 'not-authorized', undefined],
  ])
})

test('an address that is not allowed is refused by the fence, and the rule says so', async () => {
  const { environmentId } = await deploy([post({ url: '{{url}}' })], {
    elements: [['url', 'path', { path: 'arc.event.url' }]],
  })
  for (const url of [
    'http://10.0.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'http://0x7f000001/',
    'http://[::ffff:127.0.0.1]/',
    'http://user:pw@127.0.0.1/',
    'ftp://127.0.0.1/',
    'not a url',
    '',
  ]) {
    const sent = await sendEvent(world, environmentId, { url })
    expect([url, sent.status, statusesOf(sent)]).toEqual([url, 200, ['failed']])
    expect(logsOf(sent)).toContain('Failed to execute "Make Fetch Call".')
  }
  expect(received).toEqual([])
})

test('a header can not be broken out of', async () => {
  const { environmentId } = await deploy([post({ headers: [{ key: 'X-A', value: '{{text}}' }] })], {
    elements: [['text', 'path', { path: 'arc.event.text' }]],
  })
  const sent = await sendEvent(world, environmentId, { text: 'a\r\nX-Evil: 1' })
  expect(statusesOf(sent)).toEqual(['failed'])
  expect(received).toEqual([])
})

test('redirects are answers, and any status is one', async () => {
  const { environmentId } = await deploy([post({ responseKey: 'a' })])
  answer = { status: 302, body: 'elsewhere', headers: { Location: `${destination.url}/elsewhere` } }
  expect(statusesOf(await sendEvent(world, environmentId, {}))).toEqual(['success'])
  answer = { status: 500, body: 'oh' }
  expect(statusesOf(await sendEvent(world, environmentId, {}))).toEqual(['success'])
  expect(received.map(({ url }) => url)).toEqual(['/in', '/in'])
})

test('an event that a rule sends back to its own environment ends there', async () => {
  const desk = await openDesk(world)
  const environmentId = await world.environment(desk.propertyId)
  const key = world.broker.api
  expect(key).toBeTruthy()
  const made = await key.call('POST', '/v1/callers', { name: 'loop', scopes: ['events:*'] })
  const headers = [{ key: 'Authorization', value: `Bearer ${(made.body as { key: string }).key}` }]
  const url = `${world.broker.url}/reactor/edge/${environmentId}/events`
  const rule = await desk.rule('again', {
    actions: [{ method: 'POST', url, headers, body: { again: true }, responseKey: 'own' }],
  })
  await desk.build(await desk.library(environmentId, { rules: [rule] }))
  const sent = await sendEvent(world, environmentId, {})
  expect(statusesOf(sent)).toEqual(['success'])
  expect(logsOf(sent)).toContain('loop-detected')
  const hops = Array.from({ length: 20 }, (_, n) => `cdn-${n}`).join(', ')
  expect(errorsOf(await sendEvent(world, environmentId, {}, { headers: { 'CDN-Loop': hops } }))).toEqual([
    ['508', 'loop-detected', undefined],
  ])
})

test('a rule that asks for values without end is not built', async () => {
  const desk = await openDesk(world)
  const environmentId = await world.environment(desk.propertyId)
  const data_elements: string[] = []
  for (let n = 0; n < 12; n += 1) {
    data_elements.push(await desk.element(`e${n}`, 'constant', { value: `{{e${n + 1}}}{{e${n + 1}}}` }))
  }
  data_elements.push(await desk.element('e12', 'constant', { value: 'x' }))
  const rule = await desk.rule('grow', { actions: [post({ body: '{{e0}}' })] })
  const libraryId = await desk.library(environmentId, { data_elements, rules: [rule] })
  expect(faultsOf(await desk.build(libraryId))[0]).toMatch(/^data-elements-too-many: /)
})

test('nothing of the engine runs text as code', () => {
  const folder = join(import.meta.dirname, '../../packages/broker/src/rule-engine')
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n')
  expect(text).not.toMatch(/new Function|\beval\(|runIn\w*Context/)
  expect(text.match(/compileFunction\(/g)).toHaveLength(1)
})
