/** Requests for tokens in the last day, by minute, in the memory of one node. */
export interface Traffic {
  count(outcome: string): void
  /** Milliseconds from the request to the end of its answer, of a sample. */
  took(ms: number): void
  read(spanSeconds: number, pointSeconds: number): TrafficReport
}

export interface TrafficReport {
  requests: number
  refused: number
  latencyMs: { p50: number; p95: number; p99: number } | null
  points: Array<{ from: number; requests: number; refused: number; p99Ms: number | null }>
}

const MINUTES = 24 * 60
/** Bounds of latencies: from 0.05 ms, each a quarter more than the one before. */
const FIRST_BOUND_MS = 0.05
const GROWTH = 1.25
const BOUNDS = 64

interface Minute {
  /** Minutes since 1970; a slot that holds an older one is empty. */
  number: number
  requests: number
  refused: number
  latencies: Uint32Array | null
}

export function createTraffic(clock: { now(): number }): Traffic {
  const ring: Minute[] = Array.from({ length: MINUTES }, () => emptyMinute(0))

  function current(): Minute {
    const number = Math.floor(clock.now() / 60)
    const minute = ring[number % MINUTES]!
    if (minute.number === number) return minute
    const begun = emptyMinute(number)
    ring[number % MINUTES] = begun
    return begun
  }

  return {
    count(outcome) {
      const minute = current()
      minute.requests += 1
      if (outcome !== 'ok') minute.refused += 1
    },
    took(ms) {
      const minute = current()
      minute.latencies ??= new Uint32Array(BOUNDS)
      const place = Math.ceil(Math.log(ms / FIRST_BOUND_MS) / Math.log(GROWTH))
      minute.latencies[Math.min(BOUNDS - 1, Math.max(0, place))]! += 1
    },
    read(spanSeconds, pointSeconds) {
      const last = Math.floor(clock.now() / pointSeconds) * pointSeconds
      const first = last - spanSeconds + pointSeconds
      const all = emptyMinute(0)
      const points = []
      for (let from = first; from <= last; from += pointSeconds) {
        const point = emptyMinute(0)
        for (let number = from / 60; number < (from + pointSeconds) / 60; number += 1) {
          const minute = ring[number % MINUTES]!
          if (minute.number === number) for (const sum of [point, all]) add(sum, minute)
        }
        const { requests, refused } = point
        points.push({ from, requests, refused, p99Ms: percentile(point.latencies, 0.99) })
      }
      const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => percentile(all.latencies, share))
      return {
        requests: all.requests,
        refused: all.refused,
        latencyMs: p50 == null ? null : { p50, p95: p95!, p99: p99! },
        points,
      }
    },
  }
}

const emptyMinute = (number: number): Minute => ({ number, requests: 0, refused: 0, latencies: null })

function add(sum: Minute, minute: Minute): void {
  sum.requests += minute.requests
  sum.refused += minute.refused
  if (minute.latencies === null) return
  sum.latencies ??= new Uint32Array(BOUNDS)
  for (const [place, seen] of minute.latencies.entries()) sum.latencies[place]! += seen
}

/** The bound below which that share of the sample lies. */
function percentile(latencies: Uint32Array | null, share: number): number | null {
  if (latencies === null) return null
  const wanted = latencies.reduce((sum, seen) => sum + seen, 0) * share
  let seen = 0
  const place = latencies.findIndex((here) => {
    seen += here
    return seen >= wanted
  })
  return Number((FIRST_BOUND_MS * GROWTH ** place).toPrecision(3))
}
