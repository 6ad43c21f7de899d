/** How long the random tests go on: `FENCE_RUNS=20` makes each of them twenty times as long. */
const FACTOR = Number(process.env.FENCE_RUNS ?? 1)

/** Replayable: the seed is fixed, or `FENCE_SEED`. */
export const runs = (count: number): { numRuns: number; seed: number; endOnFailure: boolean } => ({
  numRuns: Math.ceil(count * FACTOR),
  seed: Number(process.env.FENCE_SEED ?? 20260207),
  endOnFailure: FACTOR > 1,
})
