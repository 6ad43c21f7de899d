import { createHmac } from 'node:crypto'
import { afterAll, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { endBrokerProcesses, startBrokerProcess, temporaryFolder } from '../broker.ts'
import { sendJson } from '../http-server.ts'
import { type ActivityServer, answering } from './activity-server.ts'
import { contactLines, recordedResults, sendContacts } from './contact-stream.ts'
import { type Json, openWorld, secured, worldOf } from './world.ts'

/** How long the journey is that is killed in the middle. */
const JOURNEY = Number(process.env.BURSAR_JOURNEY_CONTACTS ?? 10_000)

const world = openWorld()
afterAll(endBrokerProcesses)

const endpoint = (path: string) => `${world.activity.url}${path}`
const callsTo = (activity: ActivityServer, path: string) =>
  activity.calls.filter((call) => call.path === path)
const byKey = (results: Iterable<Json>) => new Map([...results].map((each) => [each.contactKey, each]))

test('a stream of contacts is answered line by line, and broken lines are named while the rest runs', async () => {
  await world.publish('lines', { url: endpoint('/lines'), concurrentRequests: 5 })
  world.activity.behave('/lines', ({ body }, response) =>
    body.keyValue === 'c-7' ? void sendJson(response, 400, {}) : { taken: body.keyValue },
  )
  const lines = [
    '{"key":"c-1"}',
    '{"key":',
    '{"key":"c-3"}\r',
    '',
    '["no contact"]',
    '{"name":"no key"}',
    '{"key":"c-7"}',
    '{"key":"c-8","attributes":{"id":12345678901234567890}}',
    '{"key":"c-9","attributes":{"phone":"12345678901234567890"}}',
    `{"key":"c-10","attributes":{"long":"${'x'.repeat(300_000)}"}}`,
    '{"key":"c-11","typo":1}',
    '{"key":"c-12","attributes":{"__proto__":{"a":1}}}',
    '{"key":"c-13"}',
  ]
  const stream = await sendContacts(world.api, '/activities/lines/execute', lines)
  const last = await stream.ended
  const counts = { sent: 4, ejected: 1, failed: 0, invalid: 7, repeated: 0 }
  expect(last.run).toEqual({ id: stream.run, status: 'finished', counts })
  const results = stream.results.toSorted((a, b) => a.line - b.line)
  expect(results.map(({ line, status, reason }) => [line, status, reason?.code])).toEqual([
    [1, 'sent', undefined],
    [2, 'invalid', 'line.malformed'],
    [3, 'sent', undefined],
    [5, 'invalid', 'line.invalid'],
    [6, 'invalid', 'line.invalid'],
    [7, 'ejected', 'answer.status'],
    [8, 'invalid', 'line.doubtful'],
    [9, 'sent', undefined],
    [10, 'invalid', 'line.too_long'],
    [11, 'invalid', 'line.invalid'],
    [12, 'invalid', 'line.doubtful'],
    [13, 'sent', undefined],
  ])
  expect(results[0]).toEqual({
    line: 1,
    contactKey: 'c-1',
    status: 'sent',
    outArguments: { taken: 'c-1' },
    attempts: 1,
  })
  const recorded = await recordedResults(world.api, 'lines', stream.run)
  expect([...recorded.values()].toSorted((a, b) => a.line - b.line)).toEqual(results)
  const path = `/activities/lines/runs/${stream.run}/results`
  const chosen = await world.call('GET', `${path}?status=ejected,failed`)
  expect(
    chosen.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).line),
  ).toEqual([7])
  const refused = await world.call('GET', `${path}?status=lost`)
  expect([refused.status, refused.body.errors[0].path]).toEqual([422, '/query/status'])
  const { body: run } = await world.call('GET', `/activities/lines/runs/${stream.run}`)
  expect(run).toMatchObject({ status: 'finished', lines: 13, counts, activityKey: 'lines' })
  const { body: runs } = await world.call('GET', '/activities/lines/runs')
  expect(runs.items).toEqual([run])
})

test('S26: as many requests at once as concurrentRequests says, and one where it says nothing', async () => {
  for (const [key, members, most] of [
    ['s26-one', {}, 1],
    ['s26-seven', { concurrentRequests: 7 }, 7],
  ] as const) {
    let underWay = 0
    let seen = 0
    const held: Array<() => void> = []
    world.activity.behave(`/${key}`, async () => {
      underWay += 1
      seen = Math.max(seen, underWay)
      if (underWay < most) await new Promise<void>((resolve) => held.push(resolve))
      for (const release of held.splice(0)) release()
      underWay -= 1
      return {}
    })
    await world.publish(key, { url: endpoint(`/${key}`), ...members })
    const stream = await sendContacts(world.api, `/activities/${key}/execute`, contactLines(most * 20))
    expect((await stream.ended).run.counts.sent).toBe(most * 20)
    expect([key, seen]).toEqual([key, most])
  }
})

test('no more is read than can be worked on, and no more worked on than is read back', async () => {
  await world.publish('pressure', { url: endpoint('/pressure'), concurrentRequests: 10 })
  // Answers as large as the lines, so that both directions fill up.
  world.activity.behave('/pressure', () => ({ echo: 'y'.repeat(20_000) }))
  const count = 1000
  let taken = 0
  let furthest = 0
  function* lines(): Generator<string> {
    for (let index = 0; index < count; index += 1) {
      taken += 1
      yield JSON.stringify({ key: `p-${index}`, attributes: { large: 'x'.repeat(20_000) } })
    }
  }
  let read = 0
  const stream = await sendContacts(world.api, '/activities/pressure/execute', lines(), () => {
    read += 1
    furthest = Math.max(furthest, taken - read)
  })
  expect((await stream.ended).run.counts.sent).toBe(count)
  // What lies in the buffers of sockets, and the window of the run; not the twenty megabytes of the input.
  expect(furthest).toBeLessThan(700)
})

test('a caller who goes away leaves a run that is resumed, and nobody is sent twice', async () => {
  const url = endpoint('/abort')
  await world.createContext('abort', [url])
  await world.publish('abort', { url, concurrentRequests: 8, ...secured('abort') })
  const lines = contactLines(600)
  const stream = await sendContacts(world.api, '/activities/abort/execute', lines, () => {
    if (stream.results.length === 100) stream.abort()
  })
  await expect(stream.ended).rejects.toThrow()
  const path = `/activities/abort/runs/${stream.run}`
  await awaitUntil('the run has settled', async () => {
    const { body } = await world.call('GET', path)
    return body.status === 'interrupted'
  })
  const sentBefore = callsTo(world.activity, '/abort').length
  expect(sentBefore).toBeLessThan(600)
  const again = await sendContacts(world.api, `${path}/resume`, lines)
  expect((await again.ended).run).toMatchObject({
    status: 'finished',
    counts: { sent: 600, ejected: 0, failed: 0, invalid: 0, repeated: 0 },
  })
  const keys = callsTo(world.activity, '/abort').map(({ body }) => body.keyValue)
  expect(keys).toHaveLength(600)
  expect(new Set(keys).size).toBe(600)
  expect((await recordedResults(world.api, 'abort', stream.run)).size).toBe(600)
  const ended = await world.call('GET', path)
  expect(ended.body.counts.sent).toBe(600)
  const once = await sendContacts(world.api, `${path}/resume`, lines)
  expect(once.status).toBe(409)
})

test('a run goes on with the input it began with, and with no other', async () => {
  await world.publish('same', { url: endpoint('/same') })
  const lines = contactLines(300)
  const stream = await sendContacts(world.api, '/activities/same/execute', lines, () => {
    if (stream.results.length === 50) stream.abort()
  })
  await expect(stream.ended).rejects.toThrow()
  const path = `/activities/same/runs/${stream.run}`
  await awaitUntil(
    'the run has settled',
    async () => (await world.call('GET', path)).body.status === 'interrupted',
  )
  const sent = callsTo(world.activity, '/same').length
  for (const other of [contactLines(300, 2), contactLines(20), []]) {
    const refused = await sendContacts(world.api, `${path}/resume`, other)
    expect((await refused.ended).error).toMatchObject({ code: 'run.input_changed' })
  }
  expect(callsTo(world.activity, '/same')).toHaveLength(sent)
  const again = await sendContacts(world.api, `${path}/resume`, lines)
  expect((await again.ended).run.counts).toMatchObject({ sent: 300, repeated: 0 })
})

/** A run of which the first contact was sent, while all of its lines are on record as those that may be. */
async function interruptedRun(key: string, lines: readonly string[]): Promise<string> {
  const gate = Promise.withResolvers<void>()
  world.activity.behave(`/${key}`, async () => {
    await gate.promise
    return {}
  })
  await world.publish(key, { url: endpoint(`/${key}`) })
  const stream = await sendContacts(world.api, `/activities/${key}/execute`, lines)
  const path = `/activities/${key}/runs/${stream.run}`
  await awaitUntil('the first is under way', () => callsTo(world.activity, `/${key}`).length === 1)
  await awaitUntil(
    'all lines are on record',
    async () => (await world.call('GET', path)).body.lines === lines.length,
  )
  await world.call('POST', `${path}/stop`)
  gate.resolve()
  expect((await stream.ended).run).toMatchObject({ status: 'interrupted', counts: { sent: 1 } })
  return stream.run
}

test('a file that is cut off, or is another one, takes no contact from the run', async () => {
  const lines = contactLines(6)
  const run = await interruptedRun('cut', lines)
  const path = `/activities/cut/runs/${run}`
  const cut = [...lines.slice(0, 2), lines[2]!.slice(0, 12)]
  const table = ['key,number', ...lines.map((_line, index) => `c-${index},${index}`)]
  for (const other of [cut, table]) {
    const refused = await sendContacts(world.api, `${path}/resume`, other)
    expect((await refused.ended).error).toMatchObject({ code: 'run.input_changed' })
    expect((await recordedResults(world.api, 'cut', run)).size).toBe(1)
  }
  const again = await sendContacts(world.api, `${path}/resume`, lines)
  const counts = { sent: 6, ejected: 0, failed: 0, invalid: 0, repeated: 0 }
  expect((await again.ended).run).toMatchObject({ status: 'finished', counts })
  expect(callsTo(world.activity, '/cut')).toHaveLength(6)
})

test('what is no contact among lines that come again is a result once they are known to be the same', async () => {
  const lines = [contactLines(1)[0]!, 'no contact', ...contactLines(2, 3)]
  const run = await interruptedRun('among', lines)
  const again = await sendContacts(world.api, `/activities/among/runs/${run}/resume`, lines)
  expect((await again.ended).run).toMatchObject({ status: 'finished', counts: { sent: 3, invalid: 1 } })
})

test('a run ends when its caller goes while the lines it began with come again', async () => {
  const lines = contactLines(12)
  const run = await interruptedRun('left', lines)
  const path = `/activities/left/runs/${run}`
  const isRead = Promise.withResolvers<void>()
  async function* other(): AsyncGenerator<string> {
    yield* ['key,number', 'a,1', 'b,2']
    // More than lies in the buffers of sockets: once it is taken the lines before were read.
    for (let index = 0; index < 8; index += 1) yield 'x'.repeat(4_000_000)
    isRead.resolve()
    await new Promise(() => {})
  }
  const resumed = await sendContacts(world.api, `${path}/resume`, other())
  await isRead.promise
  resumed.abort()
  await expect(resumed.ended).rejects.toThrow()
  const left = await awaitUntil('the run has settled', async () => {
    const { body } = await world.call('GET', path)
    return body.status === 'running' ? undefined : body
  })
  expect([left.status, left.counts.sent, left.counts.invalid]).toEqual(['interrupted', 1, 0])
  const again = await sendContacts(world.api, `${path}/resume`, lines)
  expect((await again.ended).run).toMatchObject({ status: 'finished', counts: { sent: 12, repeated: 0 } })
})

test('a caller who goes once all was sent leaves what is under way to end, and the rest to be resumed', async () => {
  const gate = Promise.withResolvers<void>()
  const isMet = Promise.withResolvers<void>()
  world.activity.behave('/tail', async ({ body }) => {
    if (body.keyValue !== 'contact-3') return {}
    isMet.resolve()
    await gate.promise
    return {}
  })
  await world.publish('tail', { url: endpoint('/tail') })
  const lines = contactLines(6)
  const stream = await sendContacts(world.api, '/activities/tail/execute', lines)
  await isMet.promise
  stream.abort()
  await expect(stream.ended).rejects.toThrow()
  const path = `/activities/tail/runs/${stream.run}`
  // The broker has seen the connection end once it answers on another one.
  await world.call('GET', path)
  gate.resolve()
  const left = await awaitUntil('the run has settled', async () => {
    const { body } = await world.call('GET', path)
    return body.status === 'running' ? undefined : body
  })
  expect([left.status, left.counts.sent]).toEqual(['interrupted', 3])
  const again = await sendContacts(world.api, `${path}/resume`, lines)
  expect((await again.ended).run).toMatchObject({ status: 'finished', counts: { sent: 6, repeated: 0 } })
  expect(callsTo(world.activity, '/tail')).toHaveLength(6)
})

test('a run is made first and gets its contacts later, with an answer that names only its end', async () => {
  await world.publish('later', { url: endpoint('/later'), concurrentRequests: 5 })
  const made = await world.call('POST', '/activities/later/runs')
  expect([made.status, made.body.status, made.body.lines]).toEqual([201, 'interrupted', 0])
  const response = await fetch(
    `${world.api.url}/marketing-cloud/activities/later/runs/${made.body.id}/resume`,
    {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${world.api.key}`,
        'Content-Type': 'application/x-ndjson',
        Prefer: 'return=minimal',
      },
      body: contactLines(20).join('\n'),
    },
  )
  expect(response.headers.get('preference-applied')).toBe('return=minimal')
  const lines = (await response.text()).trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line).run.status)).toEqual(['running', 'finished'])
  expect((await recordedResults(world.api, 'later', made.body.id)).size).toBe(20)
})

test('runs are listed newest first, and all lists of this door in pages that a cursor leads through', async () => {
  await world.publish('paged', { url: endpoint('/paged') })
  const made: string[] = []
  for (let count = 0; count < 5; count += 1) {
    made.unshift((await world.call('POST', '/activities/paged/runs')).body.id)
    await world.publish(`paged-${count}`, { url: endpoint('/paged') })
    const salt = { name: 'Salt', externalKey: `paged-${count}`, key: `0x${'11'.repeat(32)}` }
    await world.call('POST', '/salt-keys', salt)
  }
  const pagesOf = async (path: string, limit: number): Promise<Json[][]> => {
    const pages: Json[][] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
      const { body }: { body: Json } = await world.call('GET', `${path}?limit=${limit}${query}`)
      pages.push(body.items)
      cursor = body.nextCursor
    }
    return pages
  }
  const runs = await pagesOf('/activities/paged/runs', 2)
  expect(runs.map((page) => page.map(({ id }) => id))).toEqual([
    made.slice(0, 2),
    made.slice(2, 4),
    made.slice(4),
  ])
  for (const path of ['/activities', '/salt-keys', '/activities/paged/runs']) {
    const all = (await world.call('GET', `${path}?limit=500`)).body
    expect(all.nextCursor).toBeNull()
    expect((await pagesOf(path, 3)).flat()).toEqual(all.items)
    for (const [member, value] of [
      ['cursor', 'zzz'],
      ['limit', '501'],
    ]) {
      const refused = await world.call('GET', `${path}?${member}=${value}`)
      expect([refused.status, refused.body.errors[0].path]).toEqual([422, `/query/${member}`])
    }
  }
})

test('a run that is resumed while it goes on is taken over', async () => {
  await world.publish('taken', { url: endpoint('/taken') })
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  world.activity.behave('/taken', async ({ body }) => {
    if (body.keyValue === 'contact-20') await held
    return {}
  })
  const lines = contactLines(100)
  const first = await sendContacts(world.api, '/activities/taken/execute', lines)
  await awaitUntil('it waits for contact 20', () => callsTo(world.activity, '/taken').length >= 20)
  world.activity.behave('/taken', () => ({}))
  const second = await sendContacts(world.api, `/activities/taken/runs/${first.run}/resume`, lines)
  expect((await second.ended).run.status).toBe('finished')
  release()
  expect((await first.ended).error).toMatchObject({ code: 'run.taken_over' })
  const results = await recordedResults(world.api, 'taken', first.run)
  expect(results.size).toBe(100)
  const twice = callsTo(world.activity, '/taken').map(({ body }) => body.keyValue as string)
  const repeated = new Set(twice.filter((key, index) => twice.indexOf(key) !== index))
  expect(repeated).toContain('contact-20')
  const marked = byKey(second.results.filter(({ mayBeRepeated }) => mayBeRepeated))
  for (const key of repeated) expect(marked.has(key)).toBe(true)
})

test('what a run that was taken over has sent is counted once', async () => {
  const gates: Array<() => void> = []
  world.activity.behave('/fenced', async () => {
    await new Promise<void>((resolve) => gates.push(resolve))
    return {}
  })
  await world.publish('fenced', { url: endpoint('/fenced'), concurrentRequests: 3 })
  const lines = contactLines(3)
  const first = await sendContacts(world.api, '/activities/fenced/execute', lines)
  await awaitUntil('three are under way', () => gates.length === 3)
  const path = `/activities/fenced/runs/${first.run}`
  const second = await sendContacts(world.api, `${path}/resume`, lines)
  await awaitUntil('they are under way again', () => gates.length === 6)
  for (const release of gates.slice(0, 3)) release()
  expect((await first.ended).error).toMatchObject({ code: 'run.taken_over' })
  for (const release of gates.slice(3)) release()
  expect((await second.ended).run).toMatchObject({ status: 'finished', counts: { sent: 3, repeated: 3 } })
  const { text } = await world.call('GET', `${path}/results`)
  const recorded = text.trimEnd().split('\n')
  expect(recorded.map((line) => JSON.parse(line).mayBeRepeated)).toEqual([true, true, true])
})

test('a run is stopped by another than who sends it: what is under way ends, and nobody is sent twice', async () => {
  const url = endpoint('/halted')
  await world.createContext('halted', [url])
  await world.publish('halted', { url, concurrentRequests: 3, ...secured('halted') })
  const gate = Promise.withResolvers<void>()
  world.activity.behave('/halted', async ({ body }) => {
    if (Number(String(body.keyValue).split('-')[1]) >= 10) await gate.promise
    return {}
  })
  const lines = contactLines(200)
  const stream = await sendContacts(world.api, '/activities/halted/execute', lines)
  const path = `/activities/halted/runs/${stream.run}`
  const calls = () => callsTo(world.activity, '/halted')
  await awaitUntil('contact 10 is under way', () =>
    calls().some(({ body }) => body.keyValue === 'contact-10'),
  )
  expect((await world.call('POST', `${path}/stop`)).status).toBe(200)
  gate.resolve()
  const { run } = await stream.ended
  expect([run.status, run.counts.repeated]).toEqual(['interrupted', 0])
  const before = calls().length
  expect(before).toBeLessThan(200)
  expect([run.counts.sent, stream.results.length]).toEqual([before, before])
  // Once more changes nothing.
  const again = await world.call('POST', `${path}/stop`)
  expect([again.status, again.body.status, again.body.counts.sent]).toEqual([200, 'interrupted', before])
  const resumed = await sendContacts(world.api, `${path}/resume`, lines)
  expect((await resumed.ended).run).toMatchObject({ status: 'finished', counts: { sent: 200, repeated: 0 } })
  expect(new Set(calls().map(({ body }) => body.keyValue)).size).toBe(calls().length)
  expect((await world.call('POST', `${path}/stop`)).body.status).toBe('finished')
})

test('a run ends when it is stopped while nothing comes from its sender, or nobody reads', async () => {
  await world.publish('idle', { url: endpoint('/idle') })
  const silence = Promise.withResolvers<void>()
  async function* lines(): AsyncGenerator<string> {
    yield* contactLines(3)
    // What comes before is sent at a certain length.
    yield JSON.stringify({ key: 'contact-4', attributes: { large: 'x'.repeat(20_000) } })
    await silence.promise
  }
  const stream = await sendContacts(world.api, '/activities/idle/execute', lines())
  await awaitUntil('what came was sent', () => callsTo(world.activity, '/idle').length === 4)
  const stopped = await world.call('POST', `/activities/idle/runs/${stream.run}/stop`)
  expect(stopped.status).toBe(200)
  expect((await stream.ended).run).toMatchObject({ status: 'interrupted', counts: { sent: 4, repeated: 0 } })
  silence.resolve()

  await world.publish('unread', { url: endpoint('/unread') })
  world.activity.behave('/unread', () => ({ echo: 'y'.repeat(20_000) }))
  const held = Promise.withResolvers<void>()
  const unread = await sendContacts(
    world.api,
    '/activities/unread/execute',
    contactLines(2000),
    () => held.promise,
  )
  const path = `/activities/unread/runs/${unread.run}`
  const settled = async () => (await world.call('GET', path)).body
  const isStuck = async () => {
    const { length } = callsTo(world.activity, '/unread')
    const { counts } = await settled()
    return length > 100 && counts.sent === length && callsTo(world.activity, '/unread').length === length
  }
  await awaitUntil('it waits for its reader', isStuck)
  await world.call('POST', `${path}/stop`)
  await awaitUntil('it has ended', async () => (await settled()).status === 'interrupted')
  held.resolve()
  expect((await unread.ended).run.status).toBe('interrupted')
})

/** What ends a run that goes on, and what it says then; each gets the name of the activity. */
const WITHDRAWALS: Array<[string, string, (key: string, sender: Json) => Promise<unknown>]> = [
  ['unpublished', 'activity.not_published', (key) => world.call('POST', `/activities/${key}/unpublish`)],
  ['stopped', 'activity.not_published', (key) => world.call('POST', `/activities/${key}/stop`)],
  [
    'deleted',
    'activity.not_found',
    async (key) => {
      await world.call('POST', `/activities/${key}/stop`)
      await world.call('DELETE', `/activities/${key}`)
    },
  ],
  ['unsigned', 'activity.unready', (key) => world.call('DELETE', `/salt-keys/${key}`)],
  [
    'unasked',
    'caller.unauthenticated',
    (_key, sender) => world.api.call('DELETE', `/v1/callers/${sender.id}`),
  ],
]

test.each(WITHDRAWALS)(
  'a run of an activity that is %s meanwhile ends with %s',
  async (key, code, withdraw) => {
    const url = endpoint(`/${key}`)
    const salt = { name: 'Salt', externalKey: key, key: `0x${'11'.repeat(32)}` }
    await world.call('POST', '/salt-keys', salt)
    await world.createContext(key, [url])
    await world.publish(key, { url, useJwt: true, customerKey: key, concurrentRequests: 2, ...secured(key) })
    const sender = (await world.api.call('POST', '/v1/callers', { name: key, scopes: [`proxy:mc.${key}`] }))
      .body as Json
    const gate = Promise.withResolvers<void>()
    let held = 0
    world.activity.behave(`/${key}`, async () => {
      if (callsTo(world.activity, `/${key}`).length <= 10) return {}
      held += 1
      await gate.promise
      return {}
    })
    const lines = contactLines(200)
    const api = { ...world.api, key: sender.key }
    const stream = await sendContacts(api, `/activities/${key}/execute`, lines)
    await awaitUntil('two are under way', () => held === 2)
    await withdraw(key, sender)
    gate.resolve()
    const last = await stream.ended
    // What was under way has its answer, and nothing follows.
    expect(callsTo(world.activity, `/${key}`)).toHaveLength(12)
    expect([last.run.status, last.error.code, stream.results.length]).toEqual(['interrupted', code, 12])
    const [, unsent, line] = /(\d+) of the contacts up to line (\d+), and what comes after/.exec(
      last.error.detail,
    )!
    expect(Number(unsent) + 12).toBe(Number(line))
    if (key === 'deleted') return
    const path = `/activities/${key}/runs/${stream.run}`
    const { body: run } = await world.call('GET', path)
    expect(run).toMatchObject({
      status: 'interrupted',
      lines: Number(line),
      counts: { sent: 12, repeated: 0 },
    })
    expect(run.reason).toEqual({ code, detail: last.error.detail })
    await world.call('POST', '/salt-keys', salt)
    await world.call('POST', `/activities/${key}/publish`)
    const resumed = await sendContacts(world.api, `${path}/resume`, lines)
    expect((await resumed.ended).run).toMatchObject({
      status: 'finished',
      counts: { sent: 200, repeated: 0 },
    })
    expect(callsTo(world.activity, `/${key}`)).toHaveLength(200)
    expect((await world.call('GET', path)).body.reason).toBeNull()
  },
)

test('a Salt key that is rotated while a run goes on signs what follows', async () => {
  const url = endpoint('/resigned')
  const salt = (byte: string) => `0x${byte.repeat(32)}`
  await world.call('POST', '/salt-keys', { name: 'Salt', externalKey: 'resigned', key: salt('11') })
  await world.publish('resigned', { url, useJwt: true, customerKey: 'resigned' })
  const gate = Promise.withResolvers<void>()
  world.activity.behave('/resigned', async () => {
    await gate.promise
    return {}
  })
  const stream = await sendContacts(world.api, '/activities/resigned/execute', contactLines(3))
  await awaitUntil('the first is under way', () => callsTo(world.activity, '/resigned').length === 1)
  await world.call('PATCH', '/salt-keys/resigned', { key: salt('22') })
  gate.resolve()
  expect((await stream.ended).run.counts.sent).toBe(3)
  const signedWith = callsTo(world.activity, '/resigned').map(({ text }) => {
    const [head, payload, signature] = text.split('.')
    const of = (byte: string) =>
      createHmac('sha256', Buffer.from(byte.repeat(32), 'hex'))
        .update(`${head}.${payload}`)
        .digest('base64url')
    return ['11', '22'].find((byte) => of(byte) === signature)
  })
  expect(signedWith).toEqual(['11', '22', '22'])
})

test('a run is stopped by those only who may send to its activity', async () => {
  const url = endpoint('/guarded')
  await world.createContext('guarded', [url])
  await world.publish('guarded', { url, ...secured('guarded') })
  const { body } = await world.call('POST', '/activities/guarded/runs')
  const keyWith = async (scopes: string[]) => {
    const made = await world.api.call('POST', '/v1/callers', { name: scopes[0]!.slice(0, 20), scopes })
    return (made.body as Json).key as string
  }
  const path = `/marketing-cloud/activities/guarded/runs/${body.id}/stop`
  const stop = async (key: string) => (await world.api.call('POST', path, undefined, { key })).status
  expect(await stop(await keyWith(['credentials:read']))).toBe(403)
  expect(await stop(await keyWith(['proxy:mc.guarded']))).toBe(200)
  expect((await world.call('POST', '/activities/guarded/runs/nothing/stop')).status).toBe(404)
})

test(`a journey of ${JOURNEY} contacts is killed in the middle and resumed: every contact is accounted for`, async () => {
  const dataDir = await temporaryFolder()
  const { activity, tokens } = world
  const first = await startBrokerProcess(dataDir)
  const before = worldOf(world.broker, activity, tokens, first.api)
  const url = endpoint('/journey')
  await before.createContext('journey', [url])
  const inArguments = [{ number: '{{Contact.Attribute.Number}}' }]
  const execute = { url, inArguments, concurrentRequests: 20, retryCount: 1, retryDelay: 0 }
  await before.publish('journey', { ...execute, ...secured('journey') })
  // Of each ten: one is refused, one fails once, one breaks the connection once, one can not be bound.
  const seen = new Map<string, number>()
  activity.behave('/journey', ({ inArguments: { number }, body }, response) => {
    const key = body.keyValue as string
    const times = (seen.get(key) ?? 0) + 1
    seen.set(key, times)
    switch ((number as number) % 10) {
      case 1:
        return answering(422)({} as never, response)
      case 2:
        return times === 1 ? answering(503)({} as never, response) : {}
      case 3:
        if (times > 1) return {}
        response.destroy()
        return new Promise(() => {})
      default:
        return { number }
    }
  })
  const lines = contactLines(JOURNEY).map((line, index) =>
    index % 10 === 4 ? line.replace('"Number"', '"Other"') : index % 500 === 7 ? `${line}}` : line,
  )
  const stream = await sendContacts(first.api, '/activities/journey/execute', lines, async () => {
    if (stream.results.length === Math.floor(JOURNEY / 2)) await first.end('SIGKILL')
  })
  await expect(stream.ended).rejects.toThrow()
  const told = new Set(stream.results.map(({ line }) => line))
  const reached = new Set(seen.keys())
  expect(reached.size).toBeLessThan(JOURNEY * 0.8)

  const second = await startBrokerProcess(dataDir)
  const again = await sendContacts(second.api, `/activities/journey/runs/${stream.run}/resume`, lines)
  const { run } = await again.ended
  expect(run.status).toBe('finished')
  const results = await recordedResults(second.api, 'journey', stream.run)
  expect(results.size).toBe(JOURNEY)
  const { sent, ejected, failed, invalid, repeated } = run.counts
  expect(sent + ejected + failed + invalid).toBe(JOURNEY)
  const broken = lines.filter((line) => line.endsWith('}}}')).length
  expect({ invalid, failed }).toEqual({ invalid: broken, failed: 0 })
  // What was told before the crash is not told otherwise, and not sent again.
  for (const result of again.results) expect(told.has(result.line)).toBe(false)
  // Whoever was reached twice, retries after a definite answer aside, is marked.
  for (const result of results.values()) {
    const times = seen.get(result.contactKey) ?? 0
    if (result.status === 'sent') expect(times).toBeGreaterThan(0)
    if (times > result.attempts) expect(result).toMatchObject({ mayBeRepeated: true })
  }
  // Few are in doubt for the crash: no more than were on their way.
  const inDoubt = again.results.filter(({ mayBeRepeated, attempts }) => mayBeRepeated && attempts === 1)
  expect(inDoubt.length).toBeLessThan(100)
  expect(repeated).toBeGreaterThan(0)
  expect(await second.end('SIGTERM')).toBe(0)
}, 300_000)

test('a broker that is told to stop ends its runs in order: the resumed run marks nobody', async () => {
  const dataDir = await temporaryFolder()
  const first = await startBrokerProcess(dataDir)
  const before = worldOf(world.broker, world.activity, world.tokens, first.api)
  await before.publish('term', { url: endpoint('/term'), concurrentRequests: 4 })
  const lines = contactLines(800)
  let ended: Promise<number | null> | null = null
  const stream = await sendContacts(first.api, '/activities/term/execute', lines, () => {
    if (stream.results.length === 200) ended = first.end('SIGTERM')
  })
  const last = await stream.ended
  expect(last.run.status).toBe('interrupted')
  expect(await ended).toBe(0)
  const second = await startBrokerProcess(dataDir)
  const again = await sendContacts(second.api, `/activities/term/runs/${stream.run}/resume`, lines)
  expect((await again.ended).run.counts).toMatchObject({ sent: 800, repeated: 0 })
  const keys = callsTo(world.activity, '/term').map(({ body }) => body.keyValue)
  expect(keys).toHaveLength(800)
  expect(await second.end('SIGTERM')).toBe(0)
})
