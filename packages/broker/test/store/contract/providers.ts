import { describe, expect, test } from 'vitest'
import type { Bench } from '../describe-store.ts'
import { auditOf, credentialOf, givenCredential, WORKSPACE } from '../rows.ts'

const NEW_TOKEN_ROW = { claimableAt: null, leaseId: null, leaseUntil: null }

export function describeProviders(bench: Bench): void {
  const provider = (name: string, n = 1) => ({
    workspaceId: WORKSPACE,
    name,
    recipe: { grant: 'client_credentials', n },
    title: n === 1 ? null : `version ${n}`,
    createdAt: n,
  })

  describe('providers', () => {
    test('versions are added, and the newest answers unless one is named', async () => {
      const { providers } = bench.store
      expect(await providers.insert(provider('p'), auditOf('p'))).toBe(true)
      expect(await providers.insert(provider('p', 9), auditOf('p'))).toBe(false)
      expect(await providers.addVersion(provider('p', 2), auditOf('p'))).toBe(2)
      expect(await providers.addVersion(provider('unknown'), auditOf('p'))).toBeNull()
      expect(await providers.get(WORKSPACE, 'p')).toEqual({ ...provider('p', 2), version: 2 })
      expect(await providers.get(WORKSPACE, 'p', 1)).toEqual({ ...provider('p'), version: 1 })
      expect(await providers.get(WORKSPACE, 'p', 3)).toBeUndefined()
      await providers.insert(provider('a'), auditOf('a'))
      expect((await providers.list(WORKSPACE)).map(({ name, version }) => [name, version])).toEqual([
        ['a', 1],
        ['p', 2],
      ])
    })

    test('of several who add to the same version one does', async () => {
      const { providers } = bench.store
      await providers.insert(provider('p'), auditOf('p'))
      const versions = await Promise.all(
        [1, 2, 3].map((n) => providers.addVersion(provider('p', n + 1), auditOf('p'), 1)),
      )
      expect(versions.toSorted()).toEqual([2, null, null])
      expect(await providers.addVersion(provider('unknown'), auditOf('p'), 1)).toBeNull()
    })

    test('versions that are added at once get numbers of their own', async () => {
      const other = await bench.openNode()
      await bench.store.providers.insert(provider('p'), auditOf('p'))
      const versions = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          (i % 2 ? bench.store : other).providers.addVersion(provider('p', i), auditOf('p')),
        ),
      )
      expect(versions.sort()).toEqual([2, 3, 4, 5, 6, 7, 8, 9])
    })

    test('a provider in use stays', async () => {
      const { providers, credentials } = bench.store
      await providers.insert(provider('p'), auditOf('p'))
      await providers.addVersion(provider('p', 2), auditOf('p'))
      const { id } = await givenCredential(bench.store, 'one', null, { provider: { name: 'p', version: 2 } })
      expect(await providers.delete(WORKSPACE, 'p', auditOf('p'))).toBe('in_use')
      expect(await providers.get(WORKSPACE, 'p', 1)).toBeDefined()
      await credentials.delete(WORKSPACE, id, auditOf(id))
      // Of another version than the one that was read, nothing goes.
      expect(await providers.delete(WORKSPACE, 'p', auditOf('p'), 1)).toBe('changed')
      expect(await providers.get(WORKSPACE, 'p', 1)).toBeDefined()
      expect(await providers.delete(WORKSPACE, 'p', auditOf('p'), 2)).toBe('deleted')
      expect(await providers.delete(WORKSPACE, 'p', auditOf('p'))).toBe('not_found')
      expect(await providers.list(WORKSPACE)).toEqual([])
    })

    test('a version that is added while the provider goes is refused, or keeps it', async () => {
      const other = await bench.openNode()
      for (let round = 0; round < 10; round += 1) {
        const name = `p${round}`
        await bench.store.providers.insert(provider(name), auditOf(name))
        const [deleted, added] = await Promise.all([
          bench.store.providers.delete(WORKSPACE, name, auditOf(name), 1),
          other.providers.addVersion(provider(name, 2), auditOf(name), 1),
        ])
        expect([deleted, added]).toBeOneOf([
          ['deleted', null],
          ['changed', 2],
        ])
        const versions = [1, 2].map((version) => bench.store.providers.get(WORKSPACE, name, version))
        const left = (await Promise.all(versions)).filter((row) => row !== undefined).length
        expect(left).toBe(added === null ? 0 : 2)
      }
    })

    test('a credential is never born to a provider that goes at the same moment', async () => {
      const other = await bench.openNode()
      for (let round = 0; round < 10; round += 1) {
        const name = `p${round}`
        await bench.store.providers.insert(provider(name), auditOf(name))
        const row = credentialOf(`of ${name}`, { provider: { name, version: 1 } })
        const [deleted, born] = await Promise.all([
          bench.store.providers.delete(WORKSPACE, name, auditOf(name)),
          other.credentials.insert(row, NEW_TOKEN_ROW, auditOf(name)).catch((error) => error.code as string),
        ])
        expect([deleted, born]).toBeOneOf([
          ['deleted', 'provider.not_found'],
          ['in_use', true],
        ])
      }
    })
  })
}
