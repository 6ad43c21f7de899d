import { World, type WorldSettings } from './world.ts'

export interface Search {
  states: number
  runs: number
  /** Ends at which everything was calm and checked. */
  calmEnds: number
  /** False when the search was cut off by its limit. */
  complete: boolean
  /** The first run that broke a rule, step by step. */
  found: { violation: string; steps: readonly string[] } | null
}

/**
 * Every order of events within the budget: depth first, each branch by running the code again from the start,
 * going on only where a state has not been seen before.
 */
export async function explore(settings: WorldSettings, statesAtMost: number): Promise<Search> {
  const seen = new Set<string>()
  const branches: string[][] = [[]]
  const search: Search = { states: 0, runs: 0, calmEnds: 0, complete: true, found: null }
  while (branches.length > 0) {
    if (seen.size > statesAtMost) {
      search.complete = false
      break
    }
    const steps = branches.pop()!
    const world = new World(settings)
    await world.settle()
    search.runs += 1
    for (const step of steps) await world.perform(step)
    for (;;) {
      if (world.violations.length === 0 && isNew(seen, world)) {
        const [next, ...others] = world.actions()
        if (world.calm) {
          world.checkCalm()
          search.calmEnds += 1
        }
        if (world.violations.length === 0) {
          for (const other of others) branches.push([...steps, other])
          if (next === undefined) break
          steps.push(next)
          await world.perform(next)
          continue
        }
      }
      const [violation] = world.violations
      if (violation === undefined) break
      return { ...search, states: seen.size, found: { violation, steps } }
    }
  }
  return { ...search, states: seen.size }
}

function isNew(seen: Set<string>, world: World): boolean {
  const hash = world.hash()
  if (seen.has(hash)) return false
  seen.add(hash)
  return true
}
