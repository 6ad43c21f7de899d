import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { renderReport, report } from './report.ts'
import type { Figure } from './row.ts'
import { ROWS } from './table.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    'no-report': { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)
const seconds = Number(values.seconds)
if (!Number.isInteger(rounds) || rounds < 1 || !(seconds >= 1 && seconds <= 60)) {
  throw new Error('--rounds is a whole number from 1, --seconds a number from 1 to 60.')
}
const say = (line: string) => void process.stderr.write(`${line}\n`)
const chosen = ROWS.filter(({ name }) => values.only?.some((prefix) => name.startsWith(prefix)) ?? true)
if (chosen.length === 0) throw new Error(`--only is none of ${ROWS.map(({ name }) => name).join(', ')}.`)

const figures: Figure[] = []
const left: string[] = []
for (const row of chosen) {
  const missing = row.missing?.() ?? null
  if (missing !== null) {
    say(`${row.name} left out: ${missing}`)
    left.push(`${row.name}: ${missing}`)
    continue
  }
  const loadBefore = loadavg()[0]!
  for (const figure of await row.run({ rounds, seconds, say })) {
    figures.push(figure)
    say(`${figure.name}: ${figure.ratio.toFixed(2)} (target ${figure.target})`)
    if (!values['no-report']) report(figure, [loadBefore, loadavg()[0]!])
  }
}
if (!values['no-report']) renderReport(ROWS.map(({ name }) => name))
if (values.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
else {
  for (const { name, ratio, target } of figures) {
    process.stdout.write(`${name.padEnd(24)} ${ratio.toFixed(2).padStart(6)}  target ${target}\n`)
  }
}
