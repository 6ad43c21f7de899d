import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BursarError } from '@bursar/domain/error.ts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openSpool } from '../../src/store/spool.ts'
import type { Outcome } from '../../src/store/store.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'bursar-spool-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const outcome = (credentialId: string): Outcome => ({
  workspaceId: 'w',
  credentialId,
  expectedVersion: 1,
  leaseId: 'lease',
  intentId: 'intent',
  claimableAt: null,
  expectedConfigRevision: 1,
  failures: 0,
  journal: new Uint8Array([1, 2, 3]),
  keepIntent: false,
  condition: null,
  announce: false,
  exchange: null,
  now: 1,
})

test('what was put is replayed by the next process, byte for byte', async () => {
  expect(await (await openSpool(dir)).put(outcome('a'))).toBe('disk')
  const spool = await openSpool(dir)
  const replayed: Outcome[] = []
  expect(
    await spool.replay(
      async (each) => replayed.push(each) > 0,
      () => {},
    ),
  ).toBe(0)
  expect(replayed).toEqual([outcome('a')])
})

test('an entry that can never be saved is set aside and holds up nobody', async () => {
  const spool = await openSpool(dir)
  for (const id of ['a', 'b']) await spool.put(outcome(id))
  const aside: string[] = []
  const saved: string[] = []
  await spool.replay(
    async ({ credentialId }) => {
      if (credentialId === 'a') throw new BursarError('internal')
      saved.push(credentialId)
      return true
    },
    (name) => aside.push(name),
  )
  expect([aside, saved, spool.size]).toEqual([['a.lease.json'], ['b'], 0])
  expect(readdirSync(dir)).toContain('a.lease.json.aside')
})

test('an entry that has to wait stays, holds up nobody, and comes again', async () => {
  const spool = await openSpool(dir)
  for (const id of ['a', 'b']) await spool.put(outcome(id))
  const asked: string[] = []
  const replay = (waiting: string) =>
    spool.replay(
      async ({ credentialId }) => {
        asked.push(credentialId)
        return credentialId !== waiting
      },
      () => {},
    )
  expect([await replay('a'), spool.size]).toEqual([1, 1])
  expect([await replay('nobody'), spool.size]).toEqual([0, 0])
  expect(asked).toEqual(['a', 'b', 'a'])
})

test('a database that is away again leaves the entry where it is', async () => {
  const spool = await openSpool(dir)
  await spool.put(outcome('a'))
  const away = () => Promise.reject(new BursarError('store.unavailable'))
  await expect(spool.replay(away, () => {})).rejects.toThrow()
  expect(spool.size).toBe(1)
})

test('when the disk takes nothing the outcome is held in memory and still replayed', async () => {
  const spool = await openSpool(dir)
  rmSync(dir, { recursive: true })
  expect(await spool.put(outcome('a'))).toBe('memory')
  const replayed: Outcome[] = []
  expect(
    await spool.replay(
      async (each) => replayed.push(each) > 0,
      () => {},
    ),
  ).toBe(0)
  expect(replayed).toHaveLength(1)
})
