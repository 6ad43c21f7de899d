import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Outcome, readCases, runCase } from './case.ts'

/** `npm run conformance -w @bursar/pebble -- [--show] FILE…` */
const { values, positionals } = parseArgs({
  options: { show: { type: 'boolean', default: false } },
  allowPositionals: true,
})

let passed = 0
let failed = 0
for (const file of positionals) {
  const counts = new Map<string, { passed: number; failed: number; refused: number }>()
  for (const one of readCases(readFileSync(located(file), 'utf8'))) {
    const outcomes = runCase(one)
    const wrong = outcomes.filter((outcome) => !outcome.passed)
    const count = counts.get(one.tier) ?? { passed: 0, failed: 0, refused: 0 }
    counts.set(one.tier, count)
    if (wrong.length === 0) {
      count.passed++
      if (outcomes.some((outcome) => outcome.refused)) count.refused++
      passed++
      continue
    }
    count.failed++
    failed++
    if (values.show) console.log(describe(one.id, one.template, one.context, wrong))
  }
  for (const [tier, count] of counts)
    console.log(
      `${file} ${tier}: ${count.passed} passed (${count.refused} by refusal), ${count.failed} failed`,
    )
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1

/** npm runs this in the folder of the package; files may also be named from where npm was called. */
function located(file: string): string {
  const fromCaller = resolve(process.env.INIT_CWD ?? '.', file)
  return existsSync(fromCaller) ? fromCaller : file
}

function describe(id: string, template: string, context: unknown, wrong: readonly Outcome[]): string {
  const lines = wrong.map(
    ({ mode, expected, actual }) =>
      `  ${mode}\n    expected ${JSON.stringify(expected)}\n    actual   ${JSON.stringify(actual)}`,
  )
  return [`${id}: ${JSON.stringify(template)}`, `  context ${inspect(context)}`, ...lines].join('\n')
}

function inspect(context: unknown): string {
  const text = JSON.stringify(context, (_, value) => (typeof value === 'bigint' ? `${value}` : value))
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}
