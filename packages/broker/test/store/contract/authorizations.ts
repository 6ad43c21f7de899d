import { describe, expect, test } from 'vitest'
import type { AuthorizationRow } from '../../../src/store/store.ts'
import type { Bench } from '../describe-store.ts'
import { auditOf, givenCredential, WORKSPACE } from '../rows.ts'

export function describeAuthorizations(bench: Bench): void {
  async function given(stateHash: string, fields: Partial<AuthorizationRow> = {}): Promise<AuthorizationRow> {
    const known = await bench.store.credentials.get(WORKSPACE, 'one')
    const { id } = known ?? (await givenCredential(bench.store, 'one'))
    const row: AuthorizationRow = {
      workspaceId: WORKSPACE,
      credentialId: id,
      stateHash,
      kind: 'redirect',
      sealed: new Uint8Array([1]),
      redirectUri: 'https://bursar.example/callback',
      intervalSeconds: null,
      expiresAt: 2_000,
      createdAt: 1_000,
      ...fields,
    }
    await bench.store.authorizations.insert(row, auditOf(id))
    return row
  }

  describe('authorizations', () => {
    test('a sign-in is consumed by one of many who come back at once', async () => {
      const row = await given('state')
      const other = await bench.openNode()
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, i) =>
          (i % 2 ? bench.store : other).authorizations.consume('state', 1_500),
        ),
      )
      expect(answers.filter(Boolean)).toEqual([row])
    })

    test('a sign-in that has expired is unknown, and pruned', async () => {
      await given('state')
      expect(await bench.store.authorizations.consume('state', 2_000)).toBeUndefined()
      expect(await bench.store.authorizations.prune(1_999)).toBe(0)
      expect(await bench.store.authorizations.prune(2_000)).toBe(1)
    })

    test('the newest pending device sign-in of a credential answers, and can slow down', async () => {
      const device = { kind: 'device', redirectUri: null, intervalSeconds: 5 } as const
      const { credentialId } = await given('old', { ...device, createdAt: 900 })
      await given('new', device)
      await given('redirect', { createdAt: 1_100 })
      await bench.store.authorizations.slowDown('new', 10)
      const pending = () => bench.store.authorizations.device(WORKSPACE, credentialId, 1_500)
      expect(await pending()).toMatchObject({ stateHash: 'new', intervalSeconds: 10 })
      await bench.store.authorizations.remove('new')
      expect(await pending()).toMatchObject({ stateHash: 'old', intervalSeconds: 5 })
      expect(await bench.store.authorizations.device(WORKSPACE, credentialId, 2_000)).toBeUndefined()
    })

    test('a sign-in for a credential that is gone is an error', async () => {
      const orphan = given('state', { credentialId: 'gone' })
      await expect(orphan).rejects.toMatchObject({ code: 'internal' })
    })
  })
}
