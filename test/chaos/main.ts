import { parseArgs } from 'node:util'
import { runChaos } from './run.ts'
import { anyFault, renderTable } from './table.ts'

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string' },
    engine: { type: 'string', default: 'both' },
    nodes: { type: 'string', default: '4' },
    credentials: { type: 'string', default: '24' },
    plant: { type: 'string' },
  },
})

const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed)
const engines = values.engine === 'both' ? (['sqlite', 'postgres'] as const) : [values.engine as 'sqlite']
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

const tallies = []
for (const engine of engines) {
  const tally = await runChaos({
    engine,
    seed,
    rounds: Number(values.rounds),
    minutes: Number(values.minutes),
    nodes: engine === 'sqlite' ? 1 : Number(values.nodes),
    credentials: Number(values.credentials),
    plant: (values.plant as 'journal' | undefined) ?? null,
    signal: stopping.signal,
    say: (line) => console.log(line),
  })
  tallies.push(tally)
}
console.log(renderTable(tallies))
console.log(`seed ${seed}`)
if (tallies.some(anyFault)) {
  console.log(`again: npm run chaos -- --engine ${values.engine} --rounds ${values.rounds} --seed ${seed}`)
  process.exitCode = 1
}
