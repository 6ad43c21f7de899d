import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { profileInto, temporaryFolder } from './broker.ts'
import { readProfiles, renderProfile } from './profile.ts'
import { renderReport, report } from './report.ts'
import type { Figure, Row } from './row.ts'
import { ROWS } from './table.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    json: { type: 'boolean', default: false },
    'no-report': { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
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
// What is profiled is slower and not pinned: such figures are not kept.
const reports = !values['no-report'] && !values.profile

const figures: Figure[] = []
const left: string[] = []
for (const row of chosen) {
  const missing = row.missing?.() ?? null
  if (missing !== null) leave(row, missing)
  else await measure(row).catch((error: Error) => leave(row, `it failed: ${error.message}`, true))
}
if (reports) renderReport(ROWS.map(({ name }) => name))
if (values.json) process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
else {
  for (const { name, ratio, target } of figures) {
    process.stdout.write(`${name.padEnd(34)} ${ratio.toFixed(2).padStart(6)}  target ${target}\n`)
  }
  for (const line of left) process.stdout.write(`left out: ${line}\n`)
}

async function measure(row: Row): Promise<void> {
  const loadBefore = loadavg()[0]!
  const folder = values.profile ? temporaryFolder() : null
  profileInto(folder)
  for (const figure of await row.run({ rounds, seconds, say })) {
    figures.push(figure)
    say(`${figure.name}: ${figure.ratio.toFixed(2)} (target ${figure.target})`)
    if (reports) report(figure, [loadBefore, loadavg()[0]!])
  }
  if (folder !== null) say(renderProfile(row.name, readProfiles(folder)))
}

/** One row that can not run takes no other with it. */
function leave({ name }: Row, why: string, failed = false): void {
  say(`${name} left out: ${why}`)
  left.push(`${name}: ${why}`)
  if (failed) process.exitCode = 1
}
