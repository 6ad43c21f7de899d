import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openSpool } from '../../src/store/spool.ts'
import type { Outcome } from '../../src/store/store.ts'

const outcome = (leaseId: string): Outcome => ({
  workspaceId: 'default',
  credentialId: 'c1',
  expectedVersion: 0,
  leaseId,
  intentId: null,
  claimableAt: null,
  expectedConfigRevision: 1,
  failures: 0,
  journal: new Uint8Array([1, 2, 3]),
  keepIntent: false,
  condition: null,
  announce: false,
  exchange: null,
  now: 1_000,
})

test('processes that share a folder: what one has replayed is gone for the other, and holds up nobody', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'bursar-spool-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const before = await openSpool(dir)
  await before.put(outcome('left'))
  const first = await openSpool(dir)
  const second = await openSpool(dir, 'reserve-2')
  await second.put(outcome('own'))

  const saved: string[] = []
  const aside: string[] = []
  const save = async ({ leaseId }: Outcome) => saved.push(leaseId) > 0
  const setAside = (name: string) => void aside.push(name)
  expect(await first.replay(save, setAside)).toBe(0)
  expect(await second.replay(save, setAside)).toBe(0)
  expect(saved.toSorted()).toEqual(['left', 'own'])
  expect(aside).toEqual([])
  expect((await readdir(dir)).filter((name) => name.includes('.json'))).toEqual([])
})
