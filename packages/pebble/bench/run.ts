import { compile } from '../src/index.ts'
import { partnerTemplate, SUBJECTS, type Subject } from './subjects.ts'

/**
 * `npm run bench -w @bursar/pebble [-- --json]`: renders per second of processor time, in rounds that take turns, so
 * that what else the machine does touches all ways alike.
 */
const ROUNDS = 15
const ROUND_MS = 150

interface Report {
  readonly subject: string
  readonly rendersPerSecond: Readonly<Record<string, number>>
  /** How pebble does beside each other way: the median of the ratios of the rounds. */
  readonly ratios: Readonly<Record<string, number>>
}

function measure({ name, ways }: Subject): Report {
  const texts = new Set(Object.values(ways).map((render) => render()))
  if (texts.size !== 1)
    throw new Error(`The ways of "${name}" give different texts: ${[...texts].join(' | ')}`)
  const rates: Record<string, number[]> = {}
  for (let round = -3; round < ROUNDS; round++) {
    for (const [way, render] of Object.entries(ways)) {
      const rate = rateOf(render)
      // The first rounds only warm up.
      if (round >= 0) rates[way] = [...(rates[way] ?? []), rate]
    }
  }
  const ours = rates.pebble ?? []
  const ratio = (theirs: readonly number[]) => median(ours.map((rate, i) => rate / (theirs[i] ?? Number.NaN)))
  return {
    subject: name,
    rendersPerSecond: mapValues(rates, (all) => Math.round(median(all))),
    ratios: mapValues(rates, (all) => Number(ratio(all).toFixed(2))),
  }
}

let sink = 0

function rateOf(render: () => string): number {
  const start = processorMs()
  let renders = 0
  let elapsed = 0
  while (elapsed < ROUND_MS) {
    for (let i = 0; i < 500; i++) sink += render().length
    renders += 500
    elapsed = processorMs() - start
  }
  return (renders * 1000) / elapsed
}

function processorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

function mapValues<V, R>(object: Readonly<Record<string, V>>, map: (value: V) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]))
}

/** What compiled templates take, in bytes of the heap for each. */
function templateBytes(count: number): number {
  const collect = globalThis.gc ?? (() => {})
  collect()
  const before = process.memoryUsage().heapUsed
  const templates = Array.from({ length: count }, (_, i) => compile(partnerTemplate(i)))
  collect()
  const bytes = (process.memoryUsage().heapUsed - before) / templates.length
  return Math.round(bytes)
}

const bytesPerTemplate = templateBytes(10_000)
const reports = SUBJECTS.map(measure)
if (process.argv.includes('--json')) {
  console.log(
    JSON.stringify(
      { node: process.version, reports, templates: { count: 10_000, bytesPerTemplate } },
      null,
      2,
    ),
  )
} else {
  for (const { subject, rendersPerSecond, ratios } of reports) {
    console.log(subject)
    for (const [way, rate] of Object.entries(rendersPerSecond)) {
      const ratio = way === 'pebble' ? '' : `  pebble is ${ratios[way]} times that`
      console.log(`  ${way.padEnd(28)} ${rate.toLocaleString('en-US').padStart(12)}/s${ratio}`)
    }
  }
  console.log(`10,000 compiled templates take ${((bytesPerTemplate * 10_000) / 1e6).toFixed(1)} MB`)
}
if (sink === 0) throw new Error('Nothing was rendered')
