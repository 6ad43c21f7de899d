import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { sendJson } from '../http-server.ts'
import { answering } from './activity-server.ts'
import { type Json, openWorld, restActivity, secured } from './world.ts'

const world = openWorld()

const execute = (key: string, contact: Json = { key: 'contact-1' }) =>
  world.call('POST', `/activities/${key}/execute`, contact)
const callsTo = (path: string) => world.activity.calls.filter((call) => call.path === path)
const endpoint = (path: string) => `${world.activity.url}${path}`
const salt = (externalKey: string, key: string) =>
  world.call('POST', '/salt-keys', { name: 'Salt', externalKey, key })

test('S10: the token goes along only where the activity names the context and the URL is listed', async () => {
  await world.createContext('s10', [endpoint('/s10/listed')])
  await world.publish('s10-both', { url: endpoint('/s10/listed'), ...secured('s10') })
  await world.publish('s10-unnamed', { url: endpoint('/s10/listed') })
  await execute('s10-both')
  expect(callsTo('/s10/listed').at(-1)!.headers.authorization).toMatch(/^Bearer token-/)
  await execute('s10-unnamed')
  expect(callsTo('/s10/listed').at(-1)!.headers.authorization).toBeUndefined()
  const config = restActivity({ url: endpoint('/s10/unlisted'), ...secured('s10') })
  const made = await world.call('POST', '/activities', { key: 's10-unlisted', config })
  expect(made.body.problems).toMatchObject([{ path: '/arguments/execute/url', code: 'destination.refused' }])
  expect(made.body.problems[0].detail).toContain(endpoint('/s10/listed'))
  expect((await world.call('POST', '/activities/s10-unlisted/publish')).body.code).toBe('activity.unready')
  // A URL that is taken off the list while the activity is published.
  await world.publish('s10-later', { url: endpoint('/s10/listed'), ...secured('s10') })
  await world.call('PATCH', '/security-contexts/s10', { validServiceUrls: [endpoint('/s10/other')] })
  const sent = world.activity.calls.length
  const failed = await execute('s10-later')
  expect(failed.body).toMatchObject({
    status: 'failed',
    attempts: 0,
    reason: { code: 'destination.refused' },
  })
  expect(world.activity.calls).toHaveLength(sent)
})

test('S20: when no token can be had nothing is sent, and the contact has failed', async () => {
  await world.createContext('s20', [endpoint('/s20')])
  await world.publish('s20', { url: endpoint('/s20'), retryCount: 2, ...secured('s20') })
  world.tokens.status = 401
  world.broker.clock.advance(4000)
  const failed = await execute('s20')
  world.tokens.status = 200
  expect(failed.body).toMatchObject({ status: 'failed', attempts: 0, contactKey: 'contact-1' })
  expect(failed.body.reason.code).toMatch(/^(credential|token)\./)
  expect(callsTo('/s20')).toHaveLength(0)
})

test('S23: an activity that does not answer within its timeout is given up', async () => {
  const held: Array<() => void> = []
  world.activity.behave('/s23', (_call, response) => {
    held.push(() => sendJson(response, 200, {}))
    return new Promise(() => {})
  })
  await world.publish('s23', { url: endpoint('/s23'), timeout: 1000 })
  const answer = await execute('s23')
  expect(answer.body).toMatchObject({ status: 'failed', attempts: 1, reason: { code: 'outbound.timeout' } })
  for (const release of held) release()
})

test('S24: time-outs, network errors and 5xx are tried again as often as retryCount says', async () => {
  let left = 2
  world.activity.behave('/s24/5xx', (_call, response) => {
    left -= 1
    return left >= 0 ? void sendJson(response, 503, {}) : { done: true }
  })
  await world.publish('s24-5xx', { url: endpoint('/s24/5xx'), retryCount: 2, retryDelay: 0 })
  expect((await execute('s24-5xx')).body).toEqual({
    contactKey: 'contact-1',
    status: 'sent',
    outArguments: { done: true },
    attempts: 3,
  })
  left = 3
  const used = await execute('s24-5xx')
  expect(used.body).toMatchObject({ status: 'ejected', attempts: 3, reason: { httpStatus: 503 } })

  let broken = 1
  world.activity.behave('/s24/network', (_call, response) => {
    broken -= 1
    if (broken < 0) return {}
    response.destroy()
    return new Promise(() => {})
  })
  await world.publish('s24-network', { url: endpoint('/s24/network'), retryCount: 1, retryDelay: 0 })
  expect((await execute('s24-network')).body).toMatchObject({
    status: 'sent',
    attempts: 2,
    mayBeRepeated: true,
  })
  const [first, second] = callsTo('/s24/network')
  expect(second!.body.activityInstanceId).toBe(first!.body.activityInstanceId)

  let slow = 1
  world.activity.behave('/s24/slow', () => {
    slow -= 1
    return slow < 0 ? {} : new Promise(() => {})
  })
  await world.publish('s24-slow', { url: endpoint('/s24/slow'), retryCount: 1, retryDelay: 0, timeout: 1000 })
  expect((await execute('s24-slow')).body).toMatchObject({ status: 'sent', attempts: 2, mayBeRepeated: true })

  world.activity.behave('/s24/4xx', answering(429))
  await world.publish('s24-4xx', { url: endpoint('/s24/4xx'), retryCount: 5, retryDelay: 0 })
  expect((await execute('s24-4xx')).body).toMatchObject({ status: 'ejected', attempts: 1 })
})

test('S25: retryDelay passes between two attempts', async () => {
  let left = 1
  world.activity.behave('/s25', (_call, response) => {
    left -= 1
    return left >= 0 ? void sendJson(response, 500, {}) : {}
  })
  await world.publish('s25', { url: endpoint('/s25'), retryCount: 1, retryDelay: 10_000 })
  const answer = execute('s25')
  await awaitUntil('the first attempt', () => callsTo('/s25').length === 1)
  // Nothing comes until the clock has moved on by the delay.
  const moved = await awaitUntil('the second attempt', () => {
    if (callsTo('/s25').length === 2) return true
    world.broker.clock.advance(10)
    return false
  })
  expect(moved).toBe(true)
  expect((await answer).body).toMatchObject({ status: 'sent', attempts: 2 })
})

test('S27: the body of execute has the arguments, the ids, the contact and the mode', async () => {
  const inArguments = [{ a: 1 }, { b: 2 }]
  await world.publish('s27', { url: endpoint('/s27'), inArguments, outArguments: [{ discount: 0 }] })
  await execute('s27', { key: 'contact-27' })
  const { body, headers } = callsTo('/s27')[0]!
  expect(headers['content-type']).toBe('application/json')
  const guid = expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  expect(body).toEqual({
    inArguments,
    outArguments: [{ discount: 0 }],
    activityObjectID: guid,
    journeyId: guid,
    activityId: guid,
    definitionInstanceId: guid,
    activityInstanceId: guid,
    keyValue: 'contact-27',
    mode: 0,
  })
  await execute('s27', { key: 'contact-28' })
  const other = callsTo('/s27')[1]!.body
  expect([other.journeyId, other.activityId]).toEqual([body.journeyId, body.activityId])
  expect(other.activityInstanceId).not.toBe(body.activityInstanceId)
})

test('S28: a flat answer becomes out-arguments; a decision needs a branchResult that is an outcome', async () => {
  await world.publish('s28', { url: endpoint('/s28') })
  world.activity.behave('/s28', () => ({ discount: 10, discountCode: 'ABC', ok: true, none: null }))
  expect((await execute('s28')).body).toMatchObject({
    status: 'sent',
    outArguments: { discount: 10, discountCode: 'ABC', ok: true, none: null },
  })
  world.activity.behave('/s28', () => ({ flat: 1, nested: { a: 1 }, list: [1] }))
  const nested = await execute('s28')
  expect(nested.body).toMatchObject({ status: 'sent', outArguments: { flat: 1 } })
  expect(nested.body.note).toBeTypeOf('string')
  for (const text of ['', 'OK', '[1]']) {
    world.activity.behave('/s28', (_call, response) => void sendJson(response, 200, text))
    expect((await execute('s28')).body).toMatchObject({ status: 'sent', outArguments: {} })
  }
  const outcomes = ['gold', 'silver'].map((branchResult) => ({ arguments: { branchResult } }))
  await world.publish('s28-d', { url: endpoint('/s28/d') }, { type: 'RESTDECISION', outcomes })
  world.activity.behave('/s28/d', () => ({ branchResult: 'silver', points: 7 }))
  expect((await execute('s28-d')).body).toMatchObject({
    status: 'sent',
    branchResult: 'silver',
    outArguments: { points: 7 },
  })
  const marked = '\ufeff{"branchResult":"gold"}'
  world.activity.behave('/s28/d', (_call, response) => void response.writeHead(200).end(marked))
  expect((await execute('s28-d')).body).toMatchObject({ status: 'sent', branchResult: 'gold' })
  for (const [answer, code] of [
    [{ branchResult: 'bronze' }, 'answer.unknown_branch'],
    [{ branchResult: 'Gold' }, 'answer.unknown_branch'],
    [{ branchResult: 7 }, 'answer.no_branch'],
    [{}, 'answer.no_branch'],
    ['no JSON', 'answer.no_branch'],
  ] as const) {
    world.activity.behave('/s28/d', (_call, response) => void sendJson(response, 200, answer))
    expect((await execute('s28-d')).body).toMatchObject({ status: 'ejected', reason: { code } })
  }
})

test('S29: an answer other than 200 ejects the contact', async () => {
  await world.publish('s29', { url: endpoint('/s29'), retryDelay: 0 })
  for (const status of [201, 204, 301, 302, 307, 400, 401, 403, 404, 429, 500, 503]) {
    world.activity.behave('/s29', (_call, response) => {
      response.writeHead(status, { Location: endpoint('/s29/elsewhere') }).end()
      return new Promise(() => {})
    })
    expect((await execute('s29')).body).toMatchObject({
      status: 'ejected',
      contactKey: 'contact-1',
      reason: { code: 'answer.status', httpStatus: status },
    })
  }
  expect(callsTo('/s29/elsewhere')).toHaveLength(0)
})

const JWT_HEADER = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')

/** The payload, where the signature is by this key. */
function verified(jwt: string, key: Buffer): Json | null {
  const [header, payload, signature] = jwt.split('.')
  const expected = createHmac('sha256', key).update(`${header}.${payload}`).digest('base64url')
  if (header !== JWT_HEADER || signature !== expected) return null
  return JSON.parse(Buffer.from(payload!, 'base64url').toString()) as Json
}

test('S31: with useJwt the body is a JWT, signed by the Salt key or the secret of the package', async () => {
  await salt('s31', `0x${'a1b2c3d4'.repeat(8)}`)
  const inArguments = [{ email: '{{Contact.Attribute.Email}}' }]
  await world.publish('s31', { url: endpoint('/s31'), useJwt: true, customerKey: 's31', inArguments })
  await execute('s31', { key: 'c', attributes: { Email: 'a@example.com' } })
  const [call] = callsTo('/s31')
  expect(call!.headers['content-type']).toBe('application/jwt')
  expect(verified(call!.text, Buffer.from('a1b2c3d4'.repeat(8), 'hex'))).toMatchObject({
    inArguments: [{ email: 'a@example.com' }],
    keyValue: 'c',
  })
  const config = restActivity({ url: endpoint('/s31/package'), useJwt: true })
  const registered = { key: 's31-package', config, jwtSigningSecret: 'secret of the package' }
  const made = await world.call('POST', '/activities', registered)
  expect(made.body).toMatchObject({ problems: [], jwtSigningSecret: { set: true } })
  expect(made.text).not.toContain('secret of the package')
  await world.call('POST', '/activities/s31-package/publish')
  await execute('s31-package')
  const [other] = callsTo('/s31/package')
  expect(verified(other!.text, Buffer.from('secret of the package'))).toMatchObject({ keyValue: 'contact-1' })
  // A key that is deleted while the activity is published.
  await world.call('DELETE', '/salt-keys/s31')
  const gone = await execute('s31', { key: 'c', attributes: { Email: 'a@example.com' } })
  expect([gone.status, gone.body.code]).toEqual([409, 'activity.unready'])
  expect(callsTo('/s31')).toHaveLength(1)
  // Neither: nothing is sent unsigned.
  for (const members of [{ useJwt: true }, { useJwt: true, customerKey: 'nobody' }]) {
    const key = `s31-${Object.keys(members).length}`
    const config = restActivity({ url: endpoint('/s31/none'), ...members })
    const without = await world.call('POST', '/activities', { key, config })
    expect(without.body.problems).toMatchObject([{ path: '/arguments/execute/customerKey' }])
    expect((await world.call('POST', `/activities/${key}/publish`)).body.code).toBe('activity.unready')
  }
  expect(callsTo('/s31/none')).toHaveLength(0)
})

test('S32: a Salt key is entered as 0x and hexadecimal digits', async () => {
  const made = await salt('s32', '0xA1B2c3d4e5f60718')
  expect([made.status, made.body.bytes]).toEqual([201, 8])
  expect(made.text).not.toMatch(/a1b2c3d4/i)
  expect((await salt('s32-short', '0xdeadbeef')).body.bytes).toBe(4)
  for (const key of [
    'a1b2c3d4e5f60718',
    '0x',
    '0xa1b',
    '0xa1b2c3',
    '0xa1b2c3d4e5f6071',
    '0xzz',
    '0Xa1b2c3d4e5f60718',
    '',
    7,
  ]) {
    const refused = await salt('s32-wrong', key as string)
    expect([key, refused.status, refused.body.errors[0].path]).toEqual([key, 422, '/key'])
  }
  expect((await salt('s32', '0xA1B2c3d4e5f60718')).body.code).toBe('salt_key.taken')
  expect((await world.call('GET', '/salt-keys/s32')).body).toMatchObject({ externalKey: 's32' })
  expect((await world.call('DELETE', '/salt-keys/s32')).status).toBe(204)
  expect((await world.call('GET', '/salt-keys/s32')).body.code).toBe('salt_key.not_found')
})

test('a Salt key that is given other bytes signs with them from the next contact on', async () => {
  const [former, next] = ['0f'.repeat(32), 'f0'.repeat(16)]
  await salt('rotated', `0x${former}`)
  const members = { url: endpoint('/rotated'), useJwt: true, customerKey: 'rotated' }
  await world.publish('rotated', members)
  await execute('rotated')
  const patch = (body: Json) => world.call('PATCH', '/salt-keys/rotated', body)
  const refused = await patch({ key: '0xnone', externalKey: 'other' })
  expect(refused.body.errors.map(({ path }: Json) => path).toSorted()).toEqual(['/externalKey', '/key'])
  const changed = await patch({ key: `0x${next}` })
  expect([changed.status, changed.body]).toEqual([
    200,
    expect.objectContaining({ name: 'Salt', externalKey: 'rotated', bytes: 16 }),
  ])
  expect(changed.text).not.toContain(next)
  await execute('rotated')
  const [before, after] = callsTo('/rotated')
  expect(verified(before!.text, Buffer.from(former, 'hex'))).toMatchObject({ keyValue: 'contact-1' })
  expect(verified(after!.text, Buffer.from(next, 'hex'))).toMatchObject({ keyValue: 'contact-1' })
  expect((await patch({ name: 'Renamed' })).body).toMatchObject({ name: 'Renamed', bytes: 16 })
  const { body: audit } = await world.api.call('GET', '/v1/audit?subject=rotated&action=salt_key.*')
  expect(audit.items.map(({ action }: Json) => action)).toEqual([
    'salt_key.update',
    'salt_key.rotate',
    'salt_key.create',
  ])
  expect((await world.call('PATCH', '/salt-keys/nobody', {})).body.code).toBe('salt_key.not_found')
})

test('S33: useJwt and securityOptions go together', async () => {
  await salt('s33', `0x${'5a'.repeat(32)}`)
  await world.createContext('s33', [endpoint('/s33')])
  const both = { useJwt: true, customerKey: 's33', ...secured('s33') }
  await world.publish('s33', { url: endpoint('/s33'), ...both })
  await execute('s33')
  const [call] = callsTo('/s33')
  expect(call!.headers.authorization).toMatch(/^Bearer token-/)
  expect(verified(call!.text, Buffer.alloc(32, 0x5a))).toMatchObject({ keyValue: 'contact-1' })
})

test('S35: data binding is resolved for each contact', async () => {
  const inArguments = [
    { key: '{{Contact.Key}}', email: '{{InteractionDefaults.Email}}' },
    { points: '{{Contact.Attribute.Loyalty.Points}}', card: '{{Contact.Attribute."Loyalty Card"."No. 1"}}' },
    { order: '{{Event.DEAudience-1.Order}}', before: '{{Interaction.REST-1.discount}}' },
    { greeting: 'Dear {{Contact.Attribute.Name}}, {{ Contact.Key }}!', list: ['{{Contact.Key}}', 1, null] },
    { mode: '{{Context.ExecutionMode}}', who: '{{Context.ContactKey}}', id: '{{Activity.Id}}' },
    { '{{Contact.Key}}': 'names stay' },
  ]
  await world.publish('s35', { url: endpoint('/s35'), inArguments })
  const contact = {
    key: 'c-35',
    attributes: { Name: 'Ada "A"', Loyalty: { Points: 7 }, 'Loyalty Card': { 'No. 1': null } },
    events: { 'DEAudience-1': { Order: 'o-1' } },
    interactions: { 'REST-1': { discount: 12.5 } },
    interactionDefaults: { Email: 'ada@example.com' },
  }
  expect((await execute('s35', contact)).body.status).toBe('sent')
  const { body } = callsTo('/s35')[0] as { body: Json }
  expect(body.inArguments).toEqual([
    { key: 'c-35', email: 'ada@example.com' },
    { points: 7, card: null },
    { order: 'o-1', before: 12.5 },
    { greeting: 'Dear Ada "A", c-35!', list: ['c-35', 1, null] },
    { mode: 0, who: 'c-35', id: body.activityId },
    { '{{Contact.Key}}': 'names stay' },
  ])
  // What a contact does not have is not made up: nothing is sent.
  const unbound = await execute('s35', { ...contact, events: {} })
  expect(unbound.body).toMatchObject({
    status: 'ejected',
    attempts: 0,
    reason: { code: 'binding.unresolved', detail: expect.stringContaining('Event.DEAudience-1.Order') },
  })
  const inherited = await execute('s35', { ...contact, events: { 'DEAudience-1': {} } })
  expect(inherited.body.status).toBe('ejected')
  expect(callsTo('/s35')).toHaveLength(1)
  for (const [text, index] of [
    ['{{Nobody.Key}}', 0],
    ['{{Contact.Keys}}', 0],
    ['{{Context.Nothing}}', 0],
    ['{{Event.only}}', 0],
    ['{{}}', 0],
    ['{{Contact.Key', 0],
    ['{{Contact..Key}}', 0],
  ] as const) {
    const config = restActivity({ url: endpoint('/s35'), inArguments: [{ ok: 1, wrong: text }] })
    const refused = await world.call('POST', '/activities', { key: 's35-wrong', config })
    expect([text, refused.body.errors.map(({ path }: Json) => path)]).toEqual([
      text,
      [`/config/arguments/execute/inArguments/${index}/wrong`],
    ])
  }
  // JavaScript's own members are no attributes of a contact.
  await world.publish('s35-own', {
    url: endpoint('/s35'),
    inArguments: [{ a: 'x{{Contact.Attribute.toString}}' }],
  })
  expect((await execute('s35-own')).body).toMatchObject({ reason: { code: 'binding.unresolved' } })
})

test('after a 401 the token is renewed once and the contact sent again', async () => {
  await world.createContext('renew', [endpoint('/renew')])
  await world.publish('renew', { url: endpoint('/renew'), ...secured('renew') })
  let refused: string | undefined
  world.activity.behave('/renew', ({ headers }, response) => {
    refused ??= headers.authorization
    if (headers.authorization === refused) return void sendJson(response, 401, {})
    return { taken: true }
  })
  expect((await execute('renew')).body).toMatchObject({ status: 'sent', outArguments: { taken: true } })
  expect(callsTo('/renew')).toHaveLength(2)
})

/** Counts connections; whatever comes over them, it never answers. */
async function startTrap() {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { port, connections: () => connections, close: () => server.close() }
}

test('a URL that is not listed gets no connection: redirects, case, encoded dots, userinfo and others', async () => {
  const trap = await startTrap()
  try {
    const host = `127.0.0.1:${trap.port}`
    await world.createContext('trap', [endpoint('/listed'), `http://${host}/listed/`])
    const tricks = [
      `http://${host}/`,
      `http://${host}/listed`,
      `http://${host}/LISTED/a`,
      `http://${host}/listedx/a`,
      `http://${host}/listed/../secret`,
      `http://${host}/listed/%2e%2e/secret`,
      `http://${host}/listed/%2E./secret`,
      `http://${host}/listed/..%2fsecret`,
      `http://${host}/listed/..%5csecret`,
      `http://${host}/listed/%252e%252e/secret`,
      `http://${host}/listed\\..\\secret`,
      `http://${host}//listed/a`,
      `http://${host}/listed/a#fragment`,
      `http://${world.activity.url.slice(7)}@${host}/listed/a`,
      `http://user:password@${host}/listed/a`,
      `http://127.1:${trap.port}/listed/a`,
      `http://0x7f000001:${trap.port}/listed/a`,
      `http://2130706433:${trap.port}/listed/a`,
      `http://localhost:${trap.port}/listed/a`,
      `http://LOCALHOST:${trap.port}/listed/a`,
      `http://[::ffff:127.0.0.1]:${trap.port}/listed/a`,
      `http://${host}./listed/a`,
      `http://127.0.0.1.:${trap.port}/listed/a`,
      `https://${host}/listed/a`,
      `HTTPS://${host}/listed/a`,
      `ws://${host}/listed/a`,
      `http://${host}/listed/\u0000a`,
      `http://${host}/listed/a b`,
    ]
    for (const [index, url] of tricks.entries()) {
      const key = `trick-${index}`
      const config = restActivity(
        { url, ...secured('trap') },
        { configurationArguments: { validate: { url: endpoint('/listed') } } },
      )
      const made = await world.call('POST', '/activities', { key, config })
      if (made.status === 201) {
        expect([url, made.body.problems.length]).toEqual([url, 1])
        for (const phase of ['save', 'validate', 'publish']) {
          const answer = await world.call('POST', `/activities/${key}/${phase}`)
          expect([url, answer.status]).toEqual([url, 409])
        }
      } else expect([url, made.status >= 400 && made.status < 500]).toEqual([url, true])
    }
    // A listed URL that leads elsewhere: the answer is an answer, and is not followed.
    world.activity.behave('/listed', (_call, response) => {
      response.writeHead(307, { Location: `http://${host}/listed/a` }).end()
      return new Promise(() => {})
    })
    await world.publish('redirected', { url: endpoint('/listed'), ...secured('trap') })
    expect((await execute('redirected')).body).toMatchObject({
      status: 'ejected',
      reason: { httpStatus: 307 },
    })
    expect(trap.connections()).toBe(0)
  } finally {
    trap.close()
  }
})
