import { expect, test } from 'vitest'
import { runChaos } from './run.ts'
import { anyFault, renderTable } from './table.ts'

/** A few rounds; `npm run chaos` has as many as you like. Longer ones than these belong there. */
const SHORT = { seed: 20, rounds: 2, minutes: 1, credentials: 12, plant: null, say: () => {} }

test.concurrent('a broker on the embedded database comes through a few faults', async () => {
  const tally = await runChaos({ ...SHORT, engine: 'sqlite', nodes: 1 })
  expect(anyFault(tally), renderTable([tally])).toBe(false)
  expect(tally.reads).toBeGreaterThan(0)
}, 300_000)

test.concurrent('two brokers on PostgreSQL come through a few faults', async () => {
  const tally = await runChaos({ ...SHORT, engine: 'postgres', nodes: 2 })
  expect(anyFault(tally), renderTable([tally])).toBe(false)
  expect(tally.reads).toBeGreaterThan(0)
}, 300_000)

test.concurrent('without a journal the provider sees a refresh token twice', async () => {
  const tally = await runChaos({ ...SHORT, rounds: 6, engine: 'sqlite', nodes: 1, plant: 'journal' })
  expect(tally.reused.length + tally.answersLost.length).toBeGreaterThan(0)
}, 300_000)
