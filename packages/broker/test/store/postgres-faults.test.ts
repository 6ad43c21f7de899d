import { once } from 'node:events'
import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../../test/postgres.ts'
import { openStore } from '../../src/store/open.ts'
import type { Change, Store } from '../../src/store/store.ts'
import { claimOf, givenCredential, isClaim, NEW_TOKEN, outcomeOf, until, WORKSPACE } from './rows.ts'

const borrowed = process.env.BURSAR_TEST_POSTGRES_URL !== undefined

describe('PostgreSQL that fails', () => {
  let server: PostgresServer
  let databaseUrl: string
  let open: Array<{ close(): Promise<void> }> = []

  beforeAll(async () => {
    server = await startPostgres({ fsync: true })
  })
  afterAll(() => server.stop())
  beforeEach(async () => {
    databaseUrl = await server.createDatabase()
  })
  afterEach(async () => {
    await Promise.all(open.map((closable) => closable.close()))
    open = []
  })

  async function openNode(url = databaseUrl, pollSeconds = 3_600): Promise<Store> {
    const store = await openStore({ databaseUrl: url }, { now: () => 1_000, pollSeconds, log: () => {} })
    open.push(store)
    return store
  }

  test('a text with U+0000 is a fault of whoever sent it, and the connection goes on', async () => {
    const store = await openNode()
    await expect(store.credentials.get(WORKSPACE, 'a\0b')).rejects.toMatchObject({ code: 'request.invalid' })
    expect(await store.credentials.get(WORKSPACE, 'ab')).toBeUndefined()
  })

  /** Ends every connection of the store, as a restart of the server would. */
  async function terminateConnections(): Promise<void> {
    const client = new Client({ connectionString: databaseUrl })
    await client.connect()
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'bursar'`,
    )
    await client.end()
  }

  async function openThroughGate(): Promise<{ store: Store; gate: Gate }> {
    const gate = await Gate.before(new URL(databaseUrl))
    open.push(gate)
    return { store: await openNode(gate.url), gate }
  }

  test.skipIf(borrowed)(
    'what was acknowledged outlives a crash, and the store finds the server again',
    async () => {
      const store = await openNode()
      const acknowledged: number[] = []
      const codes = new Set<string>()
      let crashed = false
      const writers = Array.from({ length: 8 }, async (_, writer) => {
        for (let n = writer; !crashed || n < 400; n += 8) {
          await store.meta.set(`write ${n}`, 'x').then(
            () => acknowledged.push(n),
            (error) => codes.add(error.code),
          )
        }
      })
      await until(() => acknowledged.length > 50, 'fifty writes')
      await server.crash()
      crashed = true
      await Promise.all(writers)
      await expect(store.ping()).rejects.toMatchObject({ code: 'store.unavailable' })
      expect(codes).toEqual(new Set(['store.unavailable']))
      await server.start()
      await store.ping()
      const values = await Promise.all(acknowledged.map((n) => store.meta.get(`write ${n}`)))
      expect(values.every((value) => value === 'x')).toBe(true)
      await store.meta.set('after', 'y')
    },
  )

  test('a restart between two uses costs no error', async () => {
    const store = await openNode()
    await store.meta.set('a', 'b')
    await terminateConnections()
    expect(await store.meta.get('a')).toBe('b')
    await store.meta.set('a', 'c')
    expect(await store.meta.get('a')).toBe('c')
  })

  test('a commit whose answer is lost is reported as unknown, and not written twice', async () => {
    const { store, gate } = await openThroughGate()
    gate.cutAfter('COMMIT')
    await expect(store.meta.setOnce('a', 'b')).rejects.toMatchObject({
      code: 'store.unavailable',
      detail: expect.stringContaining('outcome unknown'),
    })
    expect(await store.meta.setOnce('a', 'c')).toBe('b')
  })

  test('an outcome whose answer is lost is reported as unknown', async () => {
    const { store, gate } = await openThroughGate()
    const { id } = await givenCredential(store, 'one')
    const claim = await claimOf(store, id, 'mine', 1_000)
    if (!isClaim(claim)) throw new Error('not claimed')
    gate.cutAfter('json_to_recordset')
    await expect(store.tokens.saveOutcome(outcomeOf(claim))).rejects.toMatchObject({
      detail: expect.stringContaining('outcome unknown'),
    })
    await until(async () => (await store.tokens.get(WORKSPACE, id))?.version === 1, 'the outcome is there')
  })

  test('units that were cut off before their commit are written again', async () => {
    const { store, gate } = await openThroughGate()
    gate.cutBefore('INSERT INTO meta')
    await store.meta.set('a', 'b')
    expect(await store.meta.get('a')).toBe('b')
  })

  test('a read that was cut off is read again', async () => {
    const { store, gate } = await openThroughGate()
    await store.meta.set('a', 'b')
    gate.cutBefore('SELECT value FROM meta')
    expect(await store.meta.get('a')).toBe('b')
  })

  test('a server that falls silent is an error in seconds', async () => {
    const { store, gate } = await openThroughGate()
    await store.ping()
    await store.meta.set('a', 'b')
    gate.silent = true
    const began = performance.now()
    const answers = await Promise.allSettled([
      store.ping(),
      store.meta.set('a', 'c'),
      store.tokens.nextDueAt(),
    ])
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    expect(performance.now() - began).toBeLessThan(15_000)
    gate.silent = false
    await store.ping()
  })

  test('of several hosts the one that answers is taken', async () => {
    const { host, pathname, search, username, password } = new URL(databaseUrl)
    const store = await openNode(`postgres://${username}:${password}@127.0.0.1:1,${host}${pathname}${search}`)
    await store.meta.set('a', 'b')
    expect(await store.meta.get('a')).toBe('b')
  })

  test('the password is in no error', async () => {
    const url = new URL(databaseUrl)
    url.password = 'canary-password'
    const refused = await openNode(url.href).catch((error) => error)
    expect(refused.code).toBe('store.unavailable')
    for (let error = refused; error; error = error.cause) {
      expect(`${error.stack} ${JSON.stringify(error)}`).not.toContain('canary')
    }
    const unreadable = await openNode('postgres://user:canary-password@[bad/db').catch((error) => error)
    expect(`${unreadable.stack} ${JSON.stringify(unreadable)} ${unreadable.cause}`).not.toContain('canary')
  })

  test('a value is in no error', async () => {
    const store = await openNode()
    const caller = { id: 'c', name: 'c', keyHash: 'h', scopes: [], expiresAt: null, lastUsedAt: null }
    const bad = { ...caller, workspaceId: WORKSPACE, createdAt: 'canary' as unknown as number }
    const audit = { workspaceId: WORKSPACE, at: 1, actor: 'a', action: 'b', subject: 'c', detail: {} }
    const refused = await store.callers.insert(bad, audit).catch((error) => error)
    expect(refused.code).toBe('internal')
    expect(`${refused.stack} ${refused.cause}`).not.toContain('canary')
  })

  test('other nodes hear at once, of routine refreshes too, and again after their connection was lost', async () => {
    const store = await openNode()
    const other = await openNode()
    const heard: Change[] = []
    other.onChange((changes) => heard.push(...changes))
    const { id } = await givenCredential(store, 'one')
    await until(() => heard.length === 1, 'the credential')
    const claim = await claimOf(store, id, 'mine', 1_000)
    if (!isClaim(claim)) throw new Error('not claimed')
    await store.tokens.saveOutcome(outcomeOf(claim))
    await until(() => heard.length === 2, 'the token')
    expect(heard[1]).toEqual({ kind: 'token', workspaceId: WORKSPACE, subject: id })

    await terminateConnections()
    const second = await givenCredential(store, 'two')
    await until(() => heard.some(({ subject }) => subject === second.id), 'the second credential')
  })

  test('a group with more changes than a notification holds is found by polling', async () => {
    const store = await openNode()
    const other = await openNode()
    const heard: Change[] = []
    other.onChange((changes) => heard.push(...changes))
    await Promise.all(
      Array.from({ length: 64 }, (_, i) =>
        givenCredential(store, `c${i}`, null, { id: `${i}`.padStart(200, 'x') }),
      ),
    )
    await until(() => heard.length === 64, 'all of them')
    const claims = await Promise.all(heard.map(({ subject }, i) => claimOf(store, subject, `l${i}`, 1_000)))
    const token = { ...NEW_TOKEN, sealed: new Uint8Array(100) }
    const saved = await Promise.all(
      claims
        .filter(isClaim)
        .map((claim) => store.tokens.saveOutcome(outcomeOf(claim, { token, announce: true }))),
    )
    expect(saved).toEqual(Array(64).fill(true))
    await until(() => heard.length >= 128, 'all the tokens')
  })
})

/** A TCP relay before the server that can fall silent, or cut the connection at a chosen word. */
class Gate {
  silent = false
  readonly url: string
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #cut: { word: string; forward: boolean } | undefined

  static async before(target: URL): Promise<Gate> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Gate(server, target)
  }

  private constructor(server: Server, target: URL) {
    this.#server = server
    const url = new URL(target)
    url.port = String((server.address() as { port: number }).port)
    this.url = url.href
    server.on('connection', (client) =>
      this.#relay(client, connectSocket(Number(target.port), target.hostname)),
    )
  }

  /** Lets the word through, and nothing back. */
  cutAfter(word: string): void {
    this.#cut = { word, forward: true }
  }

  cutBefore(word: string): void {
    this.#cut = { word, forward: false }
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
  }

  #relay(client: Socket, server: Socket): void {
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', () => {})
    }
    server.on('close', () => client.destroy())
    // Half closed, so that what was forwarded is still carried out.
    client.on('close', () => server.end())
    client.on('data', (bytes) => {
      if (this.silent) return
      const cut = this.#cut
      if (!cut || !bytes.includes(cut.word)) return server.write(bytes)
      this.#cut = undefined
      if (cut.forward) server.end(bytes)
      else server.destroy()
      client.destroy()
    })
    server.on('data', (bytes) => {
      if (!this.silent) client.write(bytes)
    })
  }
}
