import { afterAll, describe, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import {
  ADMIN_KEY,
  endBrokerProcesses,
  startBrokerProcess,
  startTestBroker,
  temporaryFolder,
} from '../broker.ts'
import { clientCredentials, startProvider } from '../provider.ts'
import { consoleClient, signedIn } from './browser-client.ts'

const broker = await startTestBroker({
  env: { BURSAR_SESSION_IDLE_SECONDS: '600', BURSAR_SESSION_SECONDS: '1800' },
})
const provider = await startProvider()
const { url, api, clock } = broker
afterAll(async () => {
  await Promise.all([broker.close(), provider.close()])
  endBrokerProcesses()
})

async function callerKey(scopes: string[]): Promise<{ id: string; key: string }> {
  const { body } = await api.call('POST', '/v1/callers', { name: 'somebody', scopes })
  return body
}

/** How a link in the console is opened: the page sends what stands in the fragment. */
const tokenOf = (link: string): string => /^http:[^#]*\/console\/sign-in#link=(.+)$/.exec(link)![1]!

describe('signing in', () => {
  test('a key becomes a cookie that scripts can not read and other sites do not send', async () => {
    const client = consoleClient(url)
    const { status, body, text } = await client.call('POST', '/v1/session', { key: ADMIN_KEY })
    expect(status).toBe(201)
    expect(body).toMatchObject({ method: 'key', caller: { name: 'admin' }, scopes: ['admin'], current: true })
    expect(text).not.toContain(ADMIN_KEY)
    const { port } = new URL(url)
    expect(client.set).toEqual([
      expect.stringMatching(
        new RegExp(`^bursar_session_${port}=[\\w.-]+; Path=/; HttpOnly; SameSite=Strict; Max-Age=1800$`),
      ),
    ])
  })

  test('over https the cookie is tied to its host and never leaves it in the clear', async () => {
    const client = consoleClient(url)
    const { host } = new URL(url)
    const { status } = await client.call(
      'POST',
      '/v1/session',
      { key: ADMIN_KEY },
      { Origin: `https://${host}` },
    )
    expect(status).toBe(201)
    expect(client.set[0]).toMatch(
      /^__Host-bursar_session=[\w.-]+; Path=\/; HttpOnly; SameSite=Strict; Secure; /,
    )
    expect((await client.call('GET', '/v1/session')).body).toMatchObject({ method: 'key', current: true })
  })

  test('a link works once, and stands for the one who made it', async () => {
    const { id, key } = await callerKey(['credentials:read'])
    const made = await api.withKey(key).call('POST', '/v1/session/links')
    expect(made.status).toBe(201)
    const link = tokenOf((made.body as unknown as { url: string }).url)
    const client = consoleClient(url)
    expect((await client.call('POST', '/v1/session', { link })).body).toMatchObject({
      method: 'link',
      caller: { id, name: 'somebody' },
      scopes: ['credentials:read'],
    })
    const again = await consoleClient(url).call('POST', '/v1/session', { link })
    expect([again.status, again.body.code]).toEqual([410, 'session.link_ended'])
    expect(broker.log.join('')).not.toContain(link)
  })

  test('of two who open a link at the same time one gets in', async () => {
    const { body } = await api.call('POST', '/v1/session/links')
    const link = tokenOf((body as unknown as { url: string }).url)
    const answers = await Promise.all(
      [1, 2, 3].map(() => consoleClient(url).call('POST', '/v1/session', { link })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 410, 410])
  })

  test('a link ends after ten minutes', async () => {
    const { body } = await api.call('POST', '/v1/session/links')
    clock.advance(601)
    const link = tokenOf((body as unknown as { url: string }).url)
    expect((await consoleClient(url).call('POST', '/v1/session', { link })).status).toBe(410)
  })

  test('what is neither key nor link, or both, is refused with its place', async () => {
    const client = consoleClient(url)
    for (const body of [{}, { key: 'a', link: 'b' }, { key: 7 }, { token: 'x' }]) {
      const answer = await client.call('POST', '/v1/session', body)
      expect(answer.status).toBe(422)
      expect(answer.body.errors.length).toBeGreaterThan(0)
    }
    expect((await client.call('POST', '/v1/session', { key: 'bsr_no_such' })).body.code).toBe(
      'caller.unauthenticated',
    )
    expect(client.set).toEqual([])
  })

  test('whoever guesses is slowed down, and told for how long', async () => {
    clock.hold()
    const guesser = consoleClient(url)
    const codes: string[] = []
    for (let i = 0; i < 40; i += 1) {
      codes.push((await guesser.call('POST', '/v1/session', { key: `bsr_guess_${i}` })).body.code)
    }
    expect(codes.filter((code) => code === 'session.throttled').length).toBeGreaterThan(5)
    const right = await guesser.call('POST', '/v1/session', { key: ADMIN_KEY })
    expect(right.status).toBe(429)
    clock.release()
    clock.advance(Number(right.headers.get('retry-after')))
    expect((await guesser.call('POST', '/v1/session', { key: ADMIN_KEY })).status).toBe(201)
  })
})

describe('a session', () => {
  test('reaches what its caller reaches: API, token and doors, and nothing more', async () => {
    await api.create(clientCredentials(provider, 'crm'))
    const admin = await signedIn(url, ADMIN_KEY)
    expect((await admin.call('GET', '/v1/credentials')).status).toBe(200)
    expect((await admin.call('GET', '/v1/credentials/crm/token')).body.access_token).toMatch(/./)
    expect((await admin.call('GET', '/marketing-cloud/security-contexts')).status).toBe(200)
    expect((await admin.call('GET', '/data/core/activation/authoring/destinations')).status).toBe(200)

    const reader = await signedIn(url, (await callerKey(['credentials:read'])).key)
    expect((await reader.call('GET', '/v1/credentials/crm')).status).toBe(200)
    expect((await reader.call('GET', '/v1/credentials/crm/token')).status).toBe(403)
    expect((await reader.call('GET', '/v1/callers')).status).toBe(403)
    expect((await reader.call('POST', '/v1/credentials/crm/pause')).status).toBe(403)
  })

  test('a key in the request counts before the cookie', async () => {
    const admin = await signedIn(url, ADMIN_KEY)
    const { key } = await callerKey(['audit:read'])
    const answer = await admin.call('GET', '/v1/session', undefined, { Authorization: `Bearer ${key}` })
    expect(answer.body).toMatchObject({ id: null, method: 'bearer', scopes: ['audit:read'] })
  })

  test('ends when nothing is asked for a while', async () => {
    const client = await signedIn(url, ADMIN_KEY)
    clock.advance(500)
    expect((await client.call('GET', '/v1/session')).status).toBe(200)
    clock.advance(500)
    expect((await client.call('GET', '/v1/session')).status).toBe(200)
    clock.advance(601)
    const late = await client.call('GET', '/v1/session')
    expect([late.status, late.body.code]).toEqual([401, 'session.ended'])
    expect(late.body.detail).toContain('idle')
  })

  test('ends at its end, however busy', async () => {
    const client = await signedIn(url, ADMIN_KEY)
    for (let passed = 0; passed < 1500; passed += 500) {
      clock.advance(500)
      expect((await client.call('GET', '/v1/session')).status).toBe(200)
    }
    clock.advance(301)
    expect((await client.call('GET', '/v1/session')).body.code).toBe('session.ended')
  })

  test('passes its end on to what its links open, so that nobody stays by one link after another', async () => {
    let client = await signedIn(url, ADMIN_KEY)
    const { ends_at } = (await client.call('GET', '/v1/session')).body
    for (const passed of [500, 500, 500]) {
      clock.advance(passed)
      const made = (await client.call('POST', '/v1/session/links')).body as unknown as Record<string, string>
      expect(Date.parse(made.expires_at!)).toBeLessThanOrEqual(Date.parse(ends_at))
      client = consoleClient(url)
      const opened = await client.call('POST', '/v1/session', { link: tokenOf(made.url!) })
      expect(opened.body).toMatchObject({ method: 'link', ends_at })
    }
    expect(client.set.at(-1)).toMatch(/; Max-Age=(300|299)$/)
    clock.advance(301)
    expect((await client.call('GET', '/v1/session')).body.code).toBe('session.ended')
  })

  test('ends with the key it stands for', async () => {
    const { id, key } = await callerKey(['credentials:read'])
    const client = await signedIn(url, key)
    expect((await client.call('GET', '/v1/session')).status).toBe(200)
    expect((await api.call('DELETE', `/v1/callers/${id}`)).status).toBe(204)
    expect((await client.call('GET', '/v1/session')).body.code).toBe('session.ended')
  })

  test('is over for its cookie after signing out, and the cookie is taken away', async () => {
    const client = await signedIn(url, ADMIN_KEY)
    const kept = client.cookie()
    expect((await client.call('DELETE', '/v1/session')).status).toBe(204)
    expect(client.set.at(-1)).toContain('Max-Age=0')
    expect(client.cookie()).toBe('')
    const replayed = await client.call('GET', '/v1/session', undefined, { Cookie: kept })
    expect([replayed.status, replayed.body.code]).toEqual([401, 'session.ended'])
  })

  test('is listed and can be ended: by an administrator any, by others their own', async () => {
    const { key } = await callerKey(['credentials:read'])
    const [own, other] = [await signedIn(url, key), await signedIn(url, ADMIN_KEY)]
    const seen = (await own.call('GET', '/v1/sessions')).body.items
    expect(seen).toHaveLength(1)
    expect(seen[0].current).toBe(true)
    const { id } = (await other.call('GET', '/v1/session')).body
    expect((await own.call('DELETE', `/v1/sessions/${id}`)).body.code).toBe('session.not_found')
    const all = (await other.call('GET', '/v1/sessions')).body.items as Array<{ id: string }>
    expect(all.map((session) => session.id)).toContain(seen[0].id)
    expect((await other.call('DELETE', `/v1/sessions/${seen[0].id}`)).status).toBe(204)
    expect((await own.call('GET', '/v1/session')).body.code).toBe('session.ended')
  })

  test('outlives a restart', async () => {
    const first = await startTestBroker()
    const before = await signedIn(first.url, ADMIN_KEY)
    const second = await first.restart()
    const token = before.cookie().split('=')[1]
    const { port } = new URL(second.url)
    const after = consoleClient(second.url, new Map([[`bursar_session_${port}`, token!]]))
    expect((await after.call('GET', '/v1/session')).status).toBe(200)
    await second.close()
  })

  test('a made-up or altered cookie opens nothing', async () => {
    const { port } = new URL(url)
    const real = (await signedIn(url, ADMIN_KEY)).cookie().split('=')[1]!
    const [id] = real.split('.')
    for (const token of ['x', real.slice(0, -2), `${id}.${'A'.repeat(43)}`, `${real}x`, '..', '%00']) {
      const client = consoleClient(url, new Map([[`bursar_session_${port}`, token]]))
      expect((await client.call('GET', '/v1/credentials')).status, token).toBe(401)
    }
  })
})

describe('another site', () => {
  test('can not make a browser change something with the cookie', async () => {
    const client = await signedIn(url, ADMIN_KEY)
    const forged: Array<Record<string, string>> = [
      { 'Bursar-Console': '', Origin: url, 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-site' },
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
    ]
    for (const headers of forged) {
      const answer = await client.call('POST', '/v1/callers', { name: 'x', scopes: ['admin'] }, headers)
      expect([answer.status, answer.body.code], JSON.stringify(headers)).toEqual([
        403,
        'session.foreign_request',
      ])
    }
    const bare = await fetch(`${url}/v1/callers`, {
      method: 'POST',
      headers: { Cookie: client.cookie(), 'Content-Type': 'application/json' },
      body: JSON.stringify({ name: 'x', scopes: ['admin'] }),
    })
    expect(bare.status).toBe(403)
  })

  test('can neither read with it nor sign somebody in', async () => {
    const client = await signedIn(url, ADMIN_KEY)
    const read = await client.call('GET', '/v1/credentials', undefined, { 'Sec-Fetch-Site': 'cross-site' })
    expect(read.status).toBe(403)
    const login = await consoleClient(url).call(
      'POST',
      '/v1/session',
      { key: ADMIN_KEY },
      { 'Sec-Fetch-Site': 'cross-site' },
    )
    expect(login.status).toBe(403)
    expect(login.headers.getSetCookie()).toEqual([])
    expect(login.headers.get('access-control-allow-origin')).toBeNull()
  })
})

test('the first start prints a link that signs in as administrator, later ones none', async () => {
  const folder = await temporaryFolder()
  const first = await startBrokerProcess(folder, { BURSAR_ADMIN_KEY: '' })
  const printed = () => /"event":"console_link","url":"([^"]+)"/.exec(first.stdout())?.[1]
  const link = await awaitUntil('the link is printed', printed)
  const client = consoleClient(first.url)
  expect(link.startsWith(`${first.url}/console/sign-in#link=`)).toBe(true)
  expect((await client.call('POST', '/v1/session', { link: tokenOf(link) })).body).toMatchObject({
    caller: { name: 'operator' },
    scopes: ['admin'],
  })
  expect(/"event":"listening".*"console":"([^"]+)"/.exec(first.stdout())?.[1]).toBe(`${first.url}/console/`)
  await first.end('SIGTERM')
  const second = await startBrokerProcess(folder, { BURSAR_ADMIN_KEY: '' })
  expect(second.stdout()).not.toContain('console_link')
  await second.end('SIGTERM')
  const asked = await startBrokerProcess(folder, { BURSAR_ADMIN_KEY: '', BURSAR_CONSOLE_LINK: 'always' })
  expect(asked.stdout()).toContain('console_link')
  await asked.end('SIGTERM')
})
