import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { loadGenerator } from './load.ts'
import { plotRatios, plotRounds } from './plot.ts'
import { pinning } from './processes.ts'
import type { Figure } from './row.ts'

const RESULTS = join(import.meta.dirname, 'results')
const README = join(import.meta.dirname, 'README.md')

/** A figure with the circumstances it was measured in. */
export interface Result extends Figure {
  measuredAt: string
  node: string
  cores: number
  processor: string
  pinning: string
  loadGenerator: string
  /** Of the system, over one minute, before and after. */
  loadAverage: readonly number[]
}

/** Keeps a figure and makes table and plots anew from all that are kept. */
export function report(figure: Figure, loadAverage: readonly number[]): void {
  mkdirSync(RESULTS, { recursive: true })
  const result: Result = {
    ...figure,
    measuredAt: new Date().toISOString(),
    node: process.version,
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    pinning,
    loadGenerator,
    loadAverage: loadAverage.map((load) => Math.round(load * 10) / 10),
  }
  writeFileSync(join(RESULTS, `${figure.name}.json`), `${JSON.stringify(result, null, 2)}\n`)
}

/** Table and plots from every kept result, in the order of the names given. */
export function renderReport(order: readonly string[]): void {
  if (!existsSync(RESULTS)) return
  const place = (name: string) => {
    const index = order.findIndex((prefix) => name.startsWith(prefix))
    return index === -1 ? order.length : index
  }
  const results = readdirSync(RESULTS)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(join(RESULTS, name), 'utf8')) as Result)
    .toSorted((a, b) => place(a.name) - place(b.name) || a.name.localeCompare(b.name))
  writeFileSync(join(RESULTS, 'ratios.svg'), plotRatios(results))
  writeFileSync(join(RESULTS, 'rounds.svg'), plotRounds(results))
  const readme = readFileSync(README, 'utf8')
  const [before, , after] = readme.split(/<!-- (?:table|end) -->/)
  writeFileSync(README, `${before}<!-- table -->\n\n${renderTable(results)}\n<!-- end -->${after}`)
}

function renderTable(results: readonly Result[]): string {
  const lines = results.map((result) => {
    const { name, what, beside, ratio, target, cpu, rounds, loadAverage } = result
    const met = ratio >= target ? 'yes' : '**no**'
    const cells = [
      `\`${name}\``,
      what,
      beside,
      `${shown(result.value)} ${result.unit}`,
      shown(result.limit),
      ratio.toFixed(2),
      target.toFixed(2),
      met,
      cpu === undefined ? '' : `${shown(cpu.value)} / ${shown(cpu.limit)} µs = ${cpu.ratio.toFixed(2)}`,
      String(rounds),
      loadAverage.join(' → '),
    ]
    return `| ${cells.join(' | ')} |`
  })
  return [
    '| row | what | beside | ours | limit | ratio | target | met | CPU for each, ours / limit | rounds | load average |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...lines,
    '',
  ].join('\n')
}

const shown = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2)
