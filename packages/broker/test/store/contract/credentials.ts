import { describe, expect, test } from 'vitest'
import type { CredentialQuery } from '../../../src/store/store.ts'
import type { Bench } from '../describe-store.ts'
import { auditOf, claimOf, credentialOf, givenCredential, isClaim, outcomeOf, WORKSPACE } from '../rows.ts'

export function describeCredentials(bench: Bench): void {
  const namesOf = async (query: Partial<CredentialQuery>) => {
    const page = await bench.store.credentials.list({ workspaceId: WORKSPACE, limit: 100, ...query })
    return page.map(({ credential }) => credential.name)
  }

  describe('credentials', () => {
    test('a credential comes back as it was, members in their order', async () => {
      const row = await givenCredential(bench.store, 'whole', 1_000, {
        recipe: {
          zebra: 1,
          grant: 'client_credentials',
          lifetime: { expires_in_unit: 'seconds', rotation_grace_seconds: 0 },
          a: { bb: 1, a: [null, 1.5, true, 'ü'] },
        },
        secrets: { client_secret: { set: true, updatedAt: 5, reference: { from: 'env', name: 'X' } } },
        environment: 'production',
        labels: { zone: 'eu', app: 'crm' },
        reason: { code: 'x', detail: 'y', since: 3, mender: 'admin', hint: 'z' },
        sealedSecrets: new Uint8Array(70_000).fill(7),
      })
      const found = await bench.store.credentials.get(WORKSPACE, 'whole')
      expect(found).toEqual(row)
      expect(JSON.stringify(found?.recipe)).toBe(JSON.stringify(row.recipe))
      expect(JSON.stringify(found?.labels)).toBe(JSON.stringify(row.labels))
      expect(await bench.store.credentials.getById(WORKSPACE, row.id)).toEqual(row)
    })

    test('names belong to a workspace, and workspaces see only their own', async () => {
      const mine = await givenCredential(bench.store, 'same')
      const theirs = await givenCredential(bench.store, 'same', null, { workspaceId: 'other' })
      expect(await bench.store.credentials.get(WORKSPACE, 'same')).toEqual(mine)
      expect(await bench.store.credentials.get('other', 'same')).toEqual(theirs)
      expect(await bench.store.credentials.getById('other', mine.id)).toBeUndefined()
      expect(await bench.store.tokens.get('other', mine.id)).toBeUndefined()
      expect(await bench.store.credentials.delete('other', mine.id, auditOf('x'))).toBeUndefined()
      expect(await namesOf({})).toEqual(['same'])
    })

    test('pages follow the bytes of the names, each once', async () => {
      for (const name of ['b', 'a', 'B', 'ä', 'a-1', 'a_1', 'z']) await givenCredential(bench.store, name)
      const pages: string[][] = []
      for (let after: string | undefined; ; after = pages.at(-1)?.at(-1) as string) {
        const page = await namesOf({ limit: 3, ...(after !== undefined && { after }) })
        if (page.length === 0) break
        pages.push(page)
      }
      expect(pages).toEqual([['B', 'a', 'a-1'], ['a_1', 'b', 'z'], ['ä']])
    })

    test('a list is filtered by status, provider and environment, and carries the tokens', async () => {
      await bench.store.providers.insert(
        { workspaceId: WORKSPACE, name: 'p', recipe: {}, title: null, createdAt: 1 },
        auditOf('p'),
      )
      await givenCredential(bench.store, 'a', 1_000, { status: 'broken', environment: 'prod' })
      await givenCredential(bench.store, 'b', 1_000, {
        provider: { name: 'p', version: 1 },
        environment: 'prod',
      })
      await givenCredential(bench.store, 'c', 1_234)
      expect(await namesOf({ status: 'broken' })).toEqual(['a'])
      expect(await namesOf({ provider: 'p' })).toEqual(['b'])
      expect(await namesOf({ environment: 'prod' })).toEqual(['a', 'b'])
      expect(await namesOf({ environment: 'prod', status: 'active' })).toEqual(['b'])
      const [first] = await bench.store.credentials.list({ workspaceId: WORKSPACE, limit: 1, after: 'b' })
      expect(first?.token).toMatchObject({ version: 0, claimableAt: 1_234 })
    })

    test('a list is filtered by grant, label and end, and counted', async () => {
      const lifetime = { expires_in_unit: 'seconds', rotation_grace_seconds: 0 } as const
      await givenCredential(bench.store, 'a', 1_000, { labels: { team: 'sales', 'x.y "z"': '1' } })
      await givenCredential(bench.store, 'b', 1_000, {
        labels: { team: 'hr' },
        recipe: { grant: 'static_token', lifetime },
      })
      const ended = await givenCredential(bench.store, 'c')
      const claim = await claimOf(bench.store, ended.id, 'mine', 1_000)
      if (!isClaim(claim)) throw new Error('not claimed')
      await bench.store.tokens.saveOutcome(outcomeOf(claim))
      const { expiresAt } = (await bench.store.tokens.get(WORKSPACE, ended.id))!
      expect(await namesOf({ grant: 'static_token' })).toEqual(['b'])
      expect(await namesOf({ label: { name: 'team', value: null } })).toEqual(['a', 'b'])
      expect(await namesOf({ label: { name: 'team', value: 'hr' } })).toEqual(['b'])
      expect(await namesOf({ label: { name: 'x.y "z"', value: '1' } })).toEqual(['a'])
      expect(await namesOf({ label: { name: '$', value: null } })).toEqual([])
      expect(await namesOf({ expiringBefore: expiresAt! })).toEqual([])
      expect(await namesOf({ expiringBefore: expiresAt! + 1 })).toEqual(['c'])
      const { credentials } = bench.store
      expect(await credentials.count({ workspaceId: WORKSPACE, limit: 1 })).toBe(3)
      expect(await credentials.count({ workspaceId: WORKSPACE, grant: 'static_token', limit: 1 })).toBe(1)
      expect(await credentials.labels(WORKSPACE)).toEqual(
        expect.arrayContaining([
          { name: 'team', value: 'hr', credentials: 1 },
          { name: 'x.y "z"', value: '1', credentials: 1 },
        ]),
      )
      expect(await credentials.groups(WORKSPACE)).toContainEqual({
        status: 'active',
        grant: 'static_token',
        provider: null,
        environment: null,
        credentials: 1,
      })
      const upcoming = await credentials.upcoming({
        workspaceId: WORKSPACE,
        from: expiresAt! - 5,
        seconds: 3,
        spans: 10,
      })
      expect(upcoming).toEqual([{ span: 1, expires: 1, refreshes: 0 }])
    })

    test('every order goes on after its page, forwards and backwards, ends that are not known last', async () => {
      for (const name of ['b', 'a', 'd']) await givenCredential(bench.store, name, 1_000, { updatedAt: 5 })
      const ended = await givenCredential(bench.store, 'c', 1_000, { status: 'broken', updatedAt: 7 })
      const claim = await claimOf(bench.store, ended.id, 'mine', 1_000)
      if (!isClaim(claim)) throw new Error('not claimed')
      await bench.store.tokens.saveOutcome(outcomeOf(claim))
      const memberOf = {
        name: undefined,
        status: 'status',
        updated_at: 'updatedAt',
        expires_at: 'expiresAt',
      } as const
      const walk = async (by: keyof typeof memberOf, descending: boolean) => {
        const names: string[] = []
        let page: { after?: string; afterValue?: string | number } = {}
        for (;;) {
          const query = { workspaceId: WORKSPACE, limit: 1, sort: { by, descending }, ...page }
          const [row] = await bench.store.credentials.list(query)
          if (row === undefined) return names.join('')
          names.push(row.credential.name)
          const member = memberOf[by]
          const value =
            member === 'expiresAt'
              ? (row.token.expiresAt ?? Number.MAX_SAFE_INTEGER)
              : member && row.credential[member]
          page = { after: row.credential.name, ...(value !== undefined && { afterValue: value }) }
        }
      }
      expect(await walk('name', true)).toBe('dcba')
      expect(await walk('updated_at', false)).toBe('abdc')
      expect(await walk('updated_at', true)).toBe('cdba')
      expect(await walk('expires_at', false)).toBe('cabd')
      expect(await walk('status', true)).toBe((await walk('status', false)).split('').reverse().join(''))
    })

    test('uses add up by caller and delivery, and go with the credential', async () => {
      const { id } = await givenCredential(bench.store, 'one')
      const use = (credentialId: string, at: number, uses: number) => ({
        workspaceId: WORKSPACE,
        credentialId,
        callerId: 'k',
        delivery: 'token' as const,
        uses,
        firstUsedAt: at,
        lastUsedAt: at,
      })
      const { usage, credentials, documents, audit } = bench.store
      await usage.add([use(id, 1_000, 2), use('gone', 1_000, 1)])
      await usage.add([use(id, 900, 3)])
      expect(await usage.list(WORKSPACE, id)).toEqual([{ ...use(id, 1_000, 5), firstUsedAt: 1_000 }])
      expect(await usage.list(WORKSPACE, 'gone')).toEqual([])
      expect(await documents.naming(WORKSPACE, { id, name: 'one' })).toEqual([])
      await credentials.delete(WORKSPACE, id, auditOf(id, { action: 'credential.delete', at: 7 }))
      expect(await usage.list(WORKSPACE, id)).toEqual([])
      const found = { workspaceId: WORKSPACE, limit: 9, action: 'credential.d*', subject: id, from: 7, to: 8 }
      expect((await audit.list(found)).map(({ at }) => at)).toEqual([7])
      expect(await audit.list({ ...found, actor: 'nobody' })).toEqual([])
    })

    test('a search finds parts of names and label values, whatever the case, and nothing by wildcard', async () => {
      await givenCredential(bench.store, 'Größe-100%')
      await givenCredential(bench.store, 'crm', 1_000, { labels: { team: 'Über_uns', key: 'path\\x' } })
      expect(await namesOf({ q: 'GRÖSS' })).toEqual([])
      expect(await namesOf({ q: 'gRÖß' })).toEqual(['Größe-100%'])
      expect(await namesOf({ q: 'über' })).toEqual(['crm'])
      expect(await namesOf({ q: '0%' })).toEqual(['Größe-100%'])
      expect(await namesOf({ q: 'r_u' })).toEqual(['crm'])
      expect(await namesOf({ q: 'h\\x' })).toEqual(['crm'])
      expect(await namesOf({ q: 'c_m' })).toEqual([])
      expect(await namesOf({ q: "'" })).toEqual([])
      expect(await namesOf({ q: 'team' })).toEqual([])
    })

    test('new sealed outputs never cover a newer token', async () => {
      const row = await givenCredential(bench.store, 'one')
      const claim = await claimOf(bench.store, row.id, 'mine', 1_000)
      if (!isClaim(claim)) throw new Error('not claimed')
      await bench.store.tokens.saveOutcome(outcomeOf(claim))
      const update = (expectedVersion: number) =>
        bench.store.credentials.update(
          { ...row, revision: 2 },
          1,
          { sealed: new Uint8Array([5]), expectedVersion },
          auditOf(row.id),
        )
      expect(await update(0)).toBe(false)
      expect(await update(1)).toBe(true)
      expect(await bench.store.tokens.get(WORKSPACE, row.id)).toMatchObject({
        version: 1,
        sealed: new Uint8Array([5]),
      })
    })

    test('a name that is taken is refused for an update too', async () => {
      await givenCredential(bench.store, 'taken')
      const row = await givenCredential(bench.store, 'one')
      const renamed = bench.store.credentials.update(
        { ...row, name: 'taken', revision: 2 },
        1,
        {},
        auditOf(row.id),
      )
      await expect(renamed).rejects.toMatchObject({ code: 'credential.name_taken' })
    })

    test('deleting takes token and pending sign-ins along, and answers the last token once', async () => {
      const { id } = await givenCredential(bench.store, 'one')
      await bench.store.authorizations.insert(
        {
          workspaceId: WORKSPACE,
          credentialId: id,
          stateHash: 's',
          kind: 'redirect',
          sealed: new Uint8Array([1]),
          redirectUri: null,
          intervalSeconds: null,
          expiresAt: 2_000,
          createdAt: 1_000,
        },
        auditOf(id),
      )
      // Of another revision than the one that was read, nothing goes.
      expect(await bench.store.credentials.delete(WORKSPACE, id, auditOf(id), {}, 99)).toBeUndefined()
      expect(await bench.store.tokens.get(WORKSPACE, id)).toBeDefined()
      expect(await bench.store.credentials.delete(WORKSPACE, id, auditOf(id), {}, 1)).toMatchObject({
        credentialId: id,
      })
      expect(await bench.store.credentials.delete(WORKSPACE, id, auditOf(id))).toBeUndefined()
      expect(await bench.store.authorizations.consume('s', 1_000)).toBeUndefined()
      expect(await bench.store.tokens.nextDueAt()).toBeNull()
      expect(
        await bench.store.credentials.insert(
          credentialOf('one'),
          { claimableAt: null, leaseId: null, leaseUntil: null },
          auditOf('x'),
        ),
      ).toBe(true)
    })

    test('statuses are counted for one workspace or all', async () => {
      await givenCredential(bench.store, 'a')
      await givenCredential(bench.store, 'b', null, { status: 'broken' })
      await givenCredential(bench.store, 'c', null, { workspaceId: 'other' })
      expect(await bench.store.credentials.countByStatus(WORKSPACE)).toEqual({ active: 1, broken: 1 })
      expect(await bench.store.credentials.countByStatus()).toEqual({ active: 2, broken: 1 })
    })
  })
}
