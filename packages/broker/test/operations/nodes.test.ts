import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createNodes } from '../../src/operations/console/nodes.ts'
import type { Clock } from '../../src/operations/ports.ts'
import { openStore } from '../../src/store/open.ts'

async function startNodes() {
  const dataDir = await mkdtemp(join(tmpdir(), 'bursar-nodes-'))
  let now = 1_000
  const store = await openStore({ dataDir }, { now: () => now, pollSeconds: 60, log: () => {} })
  onTestFinished(async () => {
    await store.close()
    await rm(dataDir, { recursive: true })
  })
  const facts = { version: '0', startedAt: 0, worker: null, url: '', ringKeys: [], dataKey: '', spooled: 0 }
  return {
    open: (nodeId: string) =>
      createNodes({ store, clock: { now: () => now } as Clock }, () => ({ ...facts, nodeId })),
    advance(seconds: number) {
      now += seconds
    },
  }
}

test('what nodes may do together is shared by those that are up, as each sees them when it reports', async () => {
  const { open, advance } = await startNodes()
  const [first, second, third] = [open('a'), open('b'), open('c')]
  await first.report()
  expect(first.share(64)).toBe(64)
  await second.report()
  expect([first.share(64), second.share(64)]).toEqual([64, 32])
  await third.report()
  await first.report()
  await second.report()
  expect([first, second, third].map((node) => node.share(64))).toEqual([21, 21, 21])
  // None of them is left without.
  expect(first.share(2)).toBe(1)
  await third.leave()
  await first.report()
  expect(first.share(64)).toBe(32)
  // One that said nothing for a minute is gone.
  advance(61)
  await first.report()
  expect(first.share(64)).toBe(64)
})
