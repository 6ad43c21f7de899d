import { expect, test } from 'vitest'
import type { Clock, Log } from '../../src/operations/ports.ts'
import { createHousekeeping } from '../../src/server/housekeeping.ts'
import type { Store } from '../../src/store/store.ts'

test('a round removes all that is too old, in portions, and what fails keeps nothing else from being done', async () => {
  const done: string[] = []
  const warned: unknown[] = []
  const left = { exchanges: 2_300, entries: 10 }
  const prune = (name: keyof typeof left) => async (before: number, limit: number) => {
    expect(before).toBe(1_000_000 - 7 * 86_400)
    const removed = Math.min(limit, left[name])
    left[name] -= removed
    done.push(`${name} ${removed}`)
    return removed
  }
  const rounds: Array<() => void> = []
  const clock = {
    now: () => 1_000_000,
    wait: (_ms: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        signal?.addEventListener('abort', () => resolve())
        rounds.push(resolve)
      }),
  } as unknown as Clock
  const housekeeping = createHousekeeping(
    {
      clock,
      store: {
        exchanges: { prune: prune('exchanges') },
        entries: { prune: prune('entries') },
        authorizations: { prune: async () => void done.push('authorizations') },
      } as unknown as Store,
      log: { warn: (event: string) => void warned.push(event) } as unknown as Log,
    },
    { reload: async () => void done.push('reload') },
    [() => Promise.reject(new Error('not today')), async () => void done.push('chore')],
    7,
  )
  housekeeping.start()
  await expect.poll(() => rounds.length).toBe(1)
  rounds[0]!()
  await expect.poll(() => rounds.length).toBe(2)
  const portions = ['exchanges 1000', 'exchanges 1000', 'exchanges 300', 'entries 10']
  expect(done.splice(0)).toEqual(['chore', 'reload', ...portions, 'authorizations'])
  expect(warned).toEqual(['housekeeping_failed'])

  // The last round writes what was noted; what is too old can wait for the next start.
  await housekeeping.stop()
  expect(done).toEqual(['chore', 'reload', 'authorizations'])
})
