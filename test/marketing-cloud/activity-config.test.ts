import { expect, test } from 'vitest'
import { sendJson, startHttpServer } from '../http-server.ts'
import { answering } from './activity-server.ts'
import { type Json, openWorld, restActivity, secured } from './world.ts'

const world = openWorld()

const register = (key: string, config: unknown) => world.call('POST', '/activities', { key, config })
const pathsOf = ({ body }: { body: Json }) => body.errors.map(({ path }: Json) => path)
const example = 'https://activity.example.com/execute'

test('S11: an activity names the security context by its external key', async () => {
  const url = `${world.activity.url}/s11`
  await world.createContext('S11 Key', [url])
  await world.publish('s11', { url, ...secured('S11 Key') })
  expect((await world.call('GET', '/activities/s11')).body).toMatchObject({
    securityContextKey: 'S11 Key',
    problems: [],
  })
  await world.call('POST', '/activities/s11/execute', { key: 'a' })
  expect(world.activity.calls.at(-1)!.headers.authorization).toMatch(/^Bearer token-/)
  // Upper and lower case are different keys.
  const other = await register('s11-other', restActivity({ url, ...secured('s11 key') }))
  expect(other.body.problems).toMatchObject([{ code: 'security_context.not_found' }])
})

test('S12: securityOptions have exactly securityType and securityContextKey', async () => {
  const good = { securityType: 'securityContext', securityContextKey: 'orders' }
  const made = await register('s12', restActivity({ url: example, securityOptions: good }))
  expect(made.status).toBe(201)
  const wrong: Array<[Json | null, string]> = [
    [{ securityType: 'securityContext' }, '/securityContextKey'],
    [{ securityContextKey: 'orders' }, '/securityType'],
    [{ ...good, securityType: 'SecurityContext' }, '/securityType'],
    [{ ...good, securityContextKey: '' }, '/securityContextKey'],
    [{ ...good, securityContextKey: 'Schlüssel' }, '/securityContextKey'],
    [{ ...good, securityKey: 'x' }, '/securityKey'],
    [null, ''],
  ]
  for (const [securityOptions, path] of wrong) {
    const refused = await register('s12-b', restActivity({ url: example, securityOptions }))
    expect([refused.status, pathsOf(refused)]).toEqual([
      422,
      [`/config/arguments/execute/securityOptions${path}`],
    ])
  }
})

test('S13: each endpoint has securityOptions of its own', async () => {
  const phases = ['save', 'publish', 'validate', 'stop', 'unpublish']
  await world.createContext('s13-execute', [`${world.activity.url}/s13/execute`])
  for (const phase of phases)
    await world.createContext(`s13-${phase}`, [`${world.activity.url}/s13/${phase}`])
  const configurationArguments = Object.fromEntries(
    phases.map((phase) => [phase, { url: `${world.activity.url}/s13/${phase}`, ...secured(`s13-${phase}`) }]),
  )
  const execute = { url: `${world.activity.url}/s13/execute`, ...secured('s13-execute') }
  await world.publish('s13', execute, { configurationArguments })
  await world.call('POST', '/activities/s13/execute', { key: 'a' })
  await world.call('POST', '/activities/s13/stop')
  await world.call('POST', '/activities/s13/unpublish')
  const calls = world.activity.calls.filter(({ path }) => path.startsWith('/s13/'))
  expect(calls.map(({ path }) => path.slice(5))).toEqual([
    'save',
    'validate',
    'publish',
    'execute',
    'stop',
    'unpublish',
  ])
  const sent = calls.map(({ headers }) => headers.authorization)
  expect(sent.every((header) => /^Bearer token-\d+$/.test(header ?? ''))).toBe(true)
  expect(new Set(sent).size).toBe(6)
})

test('S14: a published activity can be updated to use a security context', async () => {
  const url = `${world.activity.url}/s14`
  await world.publish('s14', { url })
  await world.call('POST', '/activities/s14/execute', { key: 'a' })
  expect(world.activity.calls.at(-1)!.headers.authorization).toBeUndefined()
  await world.createContext('s14', [url])
  const config = restActivity({ url, ...secured('s14') })
  const changed = await world.call('PUT', '/activities/s14', { config })
  expect(changed.body).toMatchObject({ status: 'draft', securityContextKey: 's14' })
  const early = await world.call('POST', '/activities/s14/execute', { key: 'b' })
  expect([early.status, early.body.code]).toEqual([409, 'activity.not_published'])
  await world.call('POST', '/activities/s14/publish')
  await world.call('POST', '/activities/s14/execute', { key: 'b' })
  expect(world.activity.calls.at(-1)!.headers.authorization).toMatch(/^Bearer /)
})

test('S19: an unknown key or a wrong securityType fails the activity, and nothing is sent', async () => {
  const before = world.activity.connections()
  const url = `${world.activity.url}/s19`
  const wrong = { securityOptions: { securityType: 'basic', securityContextKey: 'orders' } }
  const refused = await register('s19-type', restActivity({ url, ...wrong }))
  expect(pathsOf(refused)).toEqual(['/config/arguments/execute/securityOptions/securityType'])
  const made = await register(
    's19',
    restActivity({ url, ...secured('nobody') }, { configurationArguments: { validate: { url } } }),
  )
  const at = '/arguments/execute/securityOptions/securityContextKey'
  expect(made.body.problems).toMatchObject([{ path: at, code: 'security_context.not_found' }])
  for (const phase of ['save', 'validate', 'publish']) {
    const answer = await world.call('POST', `/activities/s19/${phase}`)
    expect([answer.status, answer.body.code, pathsOf(answer)]).toEqual([409, 'activity.unready', [at]])
  }
  const execute = await world.call('POST', '/activities/s19/execute', { key: 'a' })
  expect(execute.body.code).toBe('activity.not_published')
  // A context that is deleted while the activity is published: the contact fails, and nothing is sent.
  const path = `${world.activity.url}/s19-gone`
  await world.createContext('s19-gone', [path])
  await world.publish('s19-gone', { url: path, ...secured('s19-gone') })
  await world.call('DELETE', '/security-contexts/s19-gone')
  const failed = await world.call('POST', '/activities/s19-gone/execute', { key: 'a' })
  expect(failed.body).toMatchObject({
    status: 'failed',
    attempts: 0,
    reason: { code: 'credential.not_found' },
  })
  expect(world.activity.connections()).toBe(before)
})

test('securityOptions that nothing would read are refused: no token would go along', async () => {
  const options = secured('orders').securityOptions
  const misplaced: Array<[Json, string]> = [
    [{ ...restActivity({ url: example }), securityOptions: options }, '/securityOptions'],
    [restActivity({ url: example, security_options: options }), '/arguments/execute/security_options'],
    [restActivity({ url: example, SecurityOptions: options }), '/arguments/execute/SecurityOptions'],
    [
      restActivity({ url: example }, { configurationArguments: { securityOptions: options } }),
      '/configurationArguments/securityOptions',
    ],
  ]
  for (const [config, path] of misplaced) {
    expect(pathsOf(await register('misplaced', config))).toEqual([`/config${path}`])
  }
})

test('S21: config.json 1.1, 1.0 and 0.5 is read, REST and RESTDECISION, by body and by URL', async () => {
  for (const workflowApiVersion of ['1.1', '1.0', '0.5', 1.1]) {
    const made = await register(`s21-${workflowApiVersion}-${typeof workflowApiVersion}`, {
      ...restActivity({ url: example }),
      workflowApiVersion,
    })
    expect(made.body.workflowApiVersion).toBe(String(workflowApiVersion))
  }
  const outcomes = [{ arguments: { branchResult: 'yes' }, metaData: { label: 'Yes' } }]
  for (const [type, read] of [
    ['REST', 'REST'],
    ['Rest', 'REST'],
    ['RESTDECISION', 'RESTDECISION'],
    ['RestDecision', 'RESTDECISION'],
  ]) {
    const made = await register(`s21-${type}`, restActivity({ url: example }, { type, outcomes }))
    expect(made.body.type).toBe(read)
  }
  const configurationArguments = { applicationExtensionKey: 'extension-1', save: { url: example } }
  const config = restActivity({ url: example }, { configurationArguments })
  const files = await startHttpServer((request, response) => {
    if (request.url === '/config.json') return sendJson(response, 200, `\ufeff${JSON.stringify(config)}`)
    if (request.url === '/moved') return sendJson(response, 302, '', { Location: '/config.json' })
    if (request.url === '/html') return sendJson(response, 200, '<html>')
    return sendJson(response, 404, {})
  })
  try {
    const made = await world.call('POST', '/activities', { url: `${files.url}/config.json` })
    expect(made.body).toMatchObject({ key: 'extension-1', source: `${files.url}/config.json`, config })
    expect(made.body.phases).toEqual(['save'])
    for (const path of ['/moved', '/html', '/none']) {
      const refused = await world.call('POST', '/activities', { url: files.url + path })
      expect([path, refused.status, refused.body.code]).toEqual([path, 502, 'activity.unreadable'])
    }
  } finally {
    await files.close()
  }
  for (const [wrong, path] of [
    [{ workflowApiVersion: '2.0' }, '/workflowApiVersion'],
    [{ workflowApiVersion: undefined }, '/workflowApiVersion'],
    [{ type: 'EVENT' }, '/type'],
    [{ arguments: {} }, '/arguments/execute'],
    [{ arguments: { execute: {} } }, '/arguments/execute/url'],
    [{ type: 'RESTDECISION' }, '/outcomes'],
    [{ type: 'RESTDECISION', outcomes: [{ arguments: {} }] }, '/outcomes/0/arguments/branchResult'],
    [{ type: 'RESTDECISION', outcomes: [...outcomes, ...outcomes] }, '/outcomes/1/arguments/branchResult'],
    [{ configurationArguments: { save: {} } }, '/configurationArguments/save/url'],
    [{ configurationArguments: { save: { url: 7 } } }, '/configurationArguments/save/url'],
  ] as const) {
    const refused = await register('s21-wrong', { ...restActivity({ url: example }), ...wrong })
    expect([refused.status, pathsOf(refused)]).toEqual([422, [`/config${path}`]])
  }
})

test('S22: a category is message, customer, flow or custom; anything else counts as custom', async () => {
  for (const [category, read] of [
    ['message', 'message'],
    ['customer', 'customer'],
    ['flow', 'flow'],
    ['custom', 'custom'],
    ['Message', 'custom'],
    ['marketing', 'custom'],
    [7, 'custom'],
    [undefined, 'custom'],
  ]) {
    const key = `s22-${category}`
    const made = await register(key, restActivity({ url: example }, { metaData: { category } }))
    expect([category, made.body.category]).toEqual([category, read])
  }
  expect((await register('s22', restActivity({ url: example }, { metaData: undefined }))).body.category).toBe(
    'custom',
  )
})

const KNOBS: ReadonlyArray<[row: string, knob: string, least: number, most: number, standard: number]> = [
  ['S23', 'timeout', 1000, 100_000, 60_000],
  ['S24', 'retryCount', 0, 5, 0],
  ['S25', 'retryDelay', 0, 10_000, 1000],
  ['S26', 'concurrentRequests', 1, 50, 1],
]
for (const [row, knob, least, most, standard] of KNOBS) {
  test(`${row}: ${knob} is from ${least} to ${most}, and ${standard} where it is not set`, async () => {
    const unset = await register(`${row}-unset`, restActivity({ url: example }))
    expect(unset.body[knob]).toBe(standard)
    for (const value of [least, most]) {
      const made = await register(`${row}-${value}`, restActivity({ url: example, [knob]: value }))
      expect(made.body[knob]).toBe(value)
    }
    for (const value of [least - 1, most + 1, least + 0.5, String(most), null]) {
      const refused = await register(`${row}-wrong`, restActivity({ url: example, [knob]: value }))
      expect([value, pathsOf(refused)]).toEqual([value, [`/config/arguments/execute/${knob}`]])
    }
  })
}

test('S30: save, validate and publish have to answer 200, or nothing is published', async () => {
  const phases = ['save', 'validate', 'publish']
  const base = `${world.activity.url}/s30`
  const configurationArguments = Object.fromEntries(
    phases.map((phase) => [phase, { url: `${base}/${phase}` }]),
  )
  await register('s30', restActivity({ url: `${base}/execute` }, { configurationArguments }))
  for (const phase of phases) {
    for (const status of [201, 204, 302, 400, 500]) {
      world.activity.behave(`/s30/${phase}`, answering(status))
      const answer = await world.call('POST', '/activities/s30/publish')
      expect([answer.status, answer.body.code, pathsOf(answer)]).toEqual([
        502,
        'activity.blocked',
        [`/configurationArguments/${phase}`],
      ])
      expect((await world.call('GET', '/activities/s30')).body.status).toBe('draft')
    }
    world.activity.behave(`/s30/${phase}`, answering(200))
  }
  const before = world.activity.calls.length
  const published = await world.call('POST', '/activities/s30/publish')
  expect(published.body).toEqual({
    key: 's30',
    status: 'published',
    phases: phases.map((phase) => ({ phase, outcome: 'ok', httpStatus: 200 })),
  })
  expect(world.activity.calls.slice(before).map(({ path }) => path)).toEqual(
    phases.map((phase) => `/s30/${phase}`),
  )
  expect(world.activity.calls.at(-1)!.body).toMatchObject({ interactionKey: 's30', isPublished: false })
})

test('stopping takes effect whatever the service says, and a stopped activity takes no contact', async () => {
  const base = `${world.activity.url}/stop`
  world.activity.behave('/stop/stop', answering(500))
  const configurationArguments = { stop: { url: `${base}/stop` } }
  await world.publish('stop', { url: base }, { configurationArguments })
  expect((await world.call('DELETE', '/activities/stop')).body.code).toBe('activity.in_use')
  const stopped = await world.call('POST', '/activities/stop/stop')
  expect(stopped.body).toMatchObject({
    status: 'stopped',
    phases: [{ phase: 'stop', outcome: 'failed', httpStatus: 500, code: 'answer.status' }],
  })
  const refused = await world.call('POST', '/activities/stop/execute', { key: 'a' })
  expect(refused.body.code).toBe('activity.not_published')
  expect((await world.call('DELETE', '/activities/stop')).status).toBe(204)
  expect((await world.call('GET', '/activities/stop')).body.code).toBe('activity.not_found')
})

test('an activity is stopped by those only who may tell its service', async () => {
  const url = `${world.activity.url}/told`
  await world.createContext('told', [url])
  const phase = { url, ...secured('told') }
  await world.publish('told', { url }, { configurationArguments: { stop: phase, unpublish: phase } })
  const scopes = ['credentials:read', 'credentials:write']
  const { body } = await world.api.call('POST', '/v1/callers', { name: 'teller', scopes })
  for (const path of ['stop', 'unpublish']) {
    const refused = await world.api.call('POST', `/marketing-cloud/activities/told/${path}`, undefined, body)
    expect([refused.status, refused.body.code]).toEqual([403, 'caller.forbidden'])
    expect((await world.call('GET', '/activities/told')).body.status).toBe('published')
  }
  expect(world.activity.calls.filter(({ path }) => path === '/told')).toEqual([])
})

test('S34: endpoints are https', async () => {
  const http = 'http://activity.example.com/execute'
  const refused = await register(
    's34',
    restActivity(
      { url: http },
      { configurationArguments: { save: { url: http }, stop: { url: 'ftp://a/b' } } },
    ),
  )
  expect(refused.body.errors.map(({ path, code }: Json) => [path, code])).toEqual(
    expect.arrayContaining([['/config/configurationArguments/stop/url', 'field.invalid']]),
  )
  const insecure = await register(
    's34',
    restActivity({ url: http }, { configurationArguments: { save: { url: http } } }),
  )
  expect(insecure.body.errors.map(({ path, code }: Json) => [path, code])).toEqual([
    ['/config/arguments/execute/url', 'url.insecure'],
    ['/config/configurationArguments/save/url', 'url.insecure'],
  ])
})

test('an activity is registered once, and everything wrong with it is said at once', async () => {
  await register('once', restActivity({ url: example }))
  const taken = await register('once', restActivity({ url: example }))
  expect([taken.status, taken.body.code]).toEqual([409, 'activity.key_taken'])
  const wrong = await register(
    'many',
    restActivity({
      url: 'activity',
      verb: 'GET',
      useJwt: 'yes',
      timeout: 1,
      header: { Authorization: 'Basic x' },
      inArguments: {},
    }),
  )
  expect(pathsOf(wrong).toSorted()).toEqual(
    ['header/Authorization', 'inArguments', 'timeout', 'url', 'useJwt', 'verb'].map(
      (member) => `/config/arguments/execute/${member}`,
    ),
  )
  expect((await world.call('POST', '/activities', { key: 'neither' })).status).toBe(422)
})
