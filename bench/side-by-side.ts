import { type LoadTarget, load } from './load.ts'
import { cpuSeconds } from './processes.ts'
import { type Figure, median, medianRatio, type RowOptions } from './row.ts'

/** A server under load: where to ask, and whose processor time counts. */
export interface Candidate {
  target: LoadTarget
  pids: readonly number[]
}

const WARM_SECONDS = 4

/** Measures two servers in turn, each for one round, after a while that counts for neither. */
export async function sideBySide(
  facts: Pick<Figure, 'name' | 'target' | 'what' | 'beside'>,
  ours: Candidate,
  limit: Candidate,
  { rounds, seconds, say }: RowOptions,
): Promise<Figure> {
  const measured = { ours: [] as Measured[], limit: [] as Measured[] }
  // Until every candidate's code is compiled for good, and its heap has the size it keeps.
  await load(ours.target, { seconds: WARM_SECONDS })
  await load(limit.target, { seconds: WARM_SECONDS })
  for (let round = 1; round <= rounds; round += 1) {
    measured.ours.push(await measure(ours, seconds))
    measured.limit.push(await measure(limit, seconds))
    const [a, b] = [measured.ours.at(-1)!, measured.limit.at(-1)!]
    say(
      `${facts.name} ${round}/${rounds}: ${a.perSecond.toFixed(0)}/s beside ${b.perSecond.toFixed(0)}/s, ` +
        `CPU ${a.cpuUs?.toFixed(1)} beside ${b.cpuUs?.toFixed(1)} µs`,
    )
  }
  const values = measured.ours.map(({ perSecond }) => perSecond)
  const limits = measured.limit.map(({ perSecond }) => perSecond)
  return {
    ...facts,
    rounds,
    unit: 'requests/s',
    ratio: medianRatio(values, limits),
    value: median(values),
    limit: median(limits),
    values,
    limits,
    ...cpuOf(measured.ours, measured.limit),
  }
}

interface Measured {
  perSecond: number
  cpuUs: number | null
}

async function measure({ target, pids }: Candidate, seconds: number): Promise<Measured> {
  const before = cpuSeconds(pids)
  const { requests, seconds: took } = await load(target, { seconds })
  const after = cpuSeconds(pids)
  const used = before === null || after === null ? null : after - before
  return { perSecond: requests / took, cpuUs: used === null ? null : (used / requests) * 1e6 }
}

function cpuOf(ours: readonly Measured[], limit: readonly Measured[]): Pick<Figure, 'cpu'> {
  const values = ours.map(({ cpuUs }) => cpuUs)
  const limits = limit.map(({ cpuUs }) => cpuUs)
  if (values.includes(null) || limits.includes(null)) return {}
  const [a, b] = [values as number[], limits as number[]]
  // The other way round than the rates: less is better.
  return { cpu: { value: median(a), limit: median(b), ratio: medianRatio(b, a) } }
}
