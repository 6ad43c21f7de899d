import { expect, test } from 'vitest'
import { explore } from './explore.ts'
import type { Plant } from './planted.ts'
import type { Budget, WorldSettings } from './world.ts'

/** `BURSAR_MODEL_STATES=1000000` searches until there is nothing new; without it each search is cut off early. */
const STATES = Number(process.env.BURSAR_MODEL_STATES ?? 2_500)
const TIMEOUT_MS = process.env.BURSAR_MODEL_STATES === undefined ? 180_000 : 24 * 3_600_000

const NOTHING: Budget = {
  crash: 0,
  fault: 0,
  drop: 0,
  busy: 0,
  force: 0,
  use: 0,
  pause: 0,
  enter: 0,
  consent: 0,
  tick: 0,
}
const world = (budget: Partial<Budget>, more: Partial<WorldSettings> = {}): WorldSettings => ({
  nodes: 3,
  leaseSeconds: 10,
  deadlineSeconds: 3,
  graceSeconds: 0,
  exchanges: 1,
  ...more,
  budget: { ...NOTHING, ...budget },
})

test('two nodes and one crash anywhere: every order of events keeps the promises', async () => {
  const search = await explore(world({ crash: 1, tick: 3 }, { nodes: 2 }), 50_000)
  expect(search).toMatchObject({ found: null, complete: true })
  expect(search.calmEnds).toBeGreaterThan(0)
})

test('two nodes, a lost answer and a caller who wants a newer token in the same second', async () => {
  const search = await explore(world({ drop: 1, use: 1, tick: 1 }, { nodes: 2 }), 50_000)
  expect(search).toMatchObject({ found: null, complete: true })
  expect(search.calmEnds).toBeGreaterThan(0)
})

test.each<[string, Partial<Budget>]>([
  ['a pause that ends, and a caller', { pause: 2, use: 1, tick: 1 }],
  ['a refresh token that is entered by hand', { enter: 1, tick: 2 }],
])('two nodes and %s: every order of events keeps the promises', async (_title, budget) => {
  const search = await explore(world(budget, { nodes: 2 }), 50_000)
  expect(search).toMatchObject({ found: null, complete: true })
  expect(search.calmEnds).toBeGreaterThan(0)
})

test('two nodes and a password in place of a refresh token in doubt: the last sign-in is kept', async () => {
  const search = await explore(world({ tick: 3 }, { nodes: 2, grant: 'password', exchanges: 2 }), 50_000)
  expect(search).toMatchObject({ found: null, complete: true })
  expect(search.calmEnds).toBeGreaterThan(0)
})

const SEARCHES: Record<string, WorldSettings> = {
  'a crash': world({ crash: 1, tick: 4 }),
  'a crash and a fault of the database': world({ crash: 1, fault: 1, tick: 3 }),
  'a lost connection, a busy provider and an operator': world({ drop: 1, busy: 1, force: 1, tick: 3 }),
  'a lost connection and callers who want a newer token': world({ drop: 1, use: 2, tick: 3 }),
  'a grace of the provider, a crash and a lost connection': world(
    { crash: 1, drop: 1, tick: 4 },
    { graceSeconds: 20 },
  ),
  'a pause that ends, a crash and a caller': world({ pause: 2, crash: 1, use: 1, tick: 2 }),
  'a refresh token that is entered by hand, a fault and a caller': world({
    enter: 1,
    fault: 1,
    use: 1,
    tick: 2,
  }),
  'a sign-in, a pause and a lost connection': world(
    { consent: 1, pause: 2, drop: 1, tick: 2 },
    { nodes: 2, waitSeconds: 20 },
  ),
  'callers who wait, a lost connection and a busy provider': world(
    { use: 2, drop: 1, busy: 1, tick: 3 },
    { nodes: 2, waitSeconds: 20 },
  ),
  'a grace of the provider, two crashes, a fault and a busy provider': world(
    { crash: 2, fault: 1, busy: 1, tick: 5 },
    { nodes: 2, graceSeconds: 60 },
  ),
  'a grace of the provider that ends behind a lease, and time that passes': world(
    { tick: 4 },
    { nodes: 2, graceSeconds: 30 },
  ),
  'a password instead of a refresh token in doubt, a fault and a crash': world(
    { crash: 1, fault: 1, tick: 3 },
    { nodes: 2, grant: 'password', exchanges: 2 },
  ),
  'two rotations and a fault of the database': world({ fault: 1, tick: 4 }, { exchanges: 2 }),
}

test.each(Object.entries(SEARCHES))(
  'some nodes, %s: no promise is broken',
  async (_title, settings) => {
    const search = await explore(settings, STATES)
    expect(search.found).toBeNull()
    if (process.env.BURSAR_MODEL_STATES !== undefined) console.log(_title, search)
  },
  TIMEOUT_MS,
)

const TROUBLE: Partial<Budget> = { crash: 1, fault: 1, tick: 4 }
const PLANTS: Record<Plant, [wrong: RegExp, budget: Partial<Budget>, more?: Partial<WorldSettings>]> = {
  fencing: [/version went back|not newer|spent twice|lost/, TROUBLE],
  journal: [/spent twice|lost/, TROUBLE],
  spool: [/lost/, TROUBLE],
  lease: [/outlived its lease|at the same time/, TROUBLE],
  doubt: [/a doubt is shown that is over/, { busy: 1, tick: 2 }],
  pause: [/do not agree about a pause/, { pause: 1 }],
  entering: [/what a sign-in brought was lost/, { enter: 1 }],
  overlap: [/what a sign-in brought was lost/, { tick: 3 }, { grant: 'password' }],
}

test.each(Object.entries(PLANTS))(
  'without %s the search finds what goes wrong',
  async (plant, [wrong, budget, more]) => {
    const settings = world(budget, { nodes: 2, exchanges: 2, ...more, plant: plant as Plant })
    const { found } = await explore(settings, 30_000)
    expect(found?.violation).toMatch(wrong)
  },
)
