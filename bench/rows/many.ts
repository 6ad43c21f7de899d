import { join } from 'node:path'
import { startBroker, temporaryFolder } from '../broker.ts'
import { LOAD_CORE, residentMb, start } from '../processes.ts'
import { type Figure, median, type Row } from '../row.ts'
import { seed } from '../seed.ts'
import { openLags } from '../sql.ts'

const COUNT = 100_000
const DUE_PER_SECOND = 50
const WATCHED_SECONDS = 20
/** Seeding and starting have to be over by then. */
const DUE_IN_SECONDS = 90

/** 100,000 credentials on SQLite: time until ready, memory, and how late due tokens are done. */
export const manyRow: Row = {
  name: 'many',
  async run({ rounds, say }) {
    const endpoint = await start(
      process.execPath,
      [join(import.meta.dirname, '../servers/token-endpoint.ts')],
      { cores: LOAD_CORE, isReady: (line) => /^\d+$/.test(line) },
    )
    const dataDir = temporaryFolder()
    const began = Math.floor(Date.now() / 1000)
    const firstDue = began + DUE_IN_SECONDS
    const watched = DUE_PER_SECOND * WATCHED_SECONDS
    try {
      say(`many: seeding ${COUNT} credentials`)
      await seed({
        dataDir,
        count: COUNT,
        recipe: {
          grant: 'client_credentials',
          client_id: 'bench',
          token_url: `http://127.0.0.1:${endpoint.ready}/token`,
        },
        secrets: { client_secret: 'bench-secret' },
        dueAt: (n) => (n < watched ? firstDue + Math.floor(n / DUE_PER_SECOND) : began + 86_400),
        liveUntil: began + 100_000,
      })
      const ready: number[] = []
      for (let round = 1; round < rounds; round += 1) ready.push(await timeToReady(dataDir))
      const startedMs = performance.now()
      const broker = await startBroker({ dataDir })
      ready.push((performance.now() - startedMs) / 1000)
      const memory: number[] = []
      const endsMs = (firstDue + WATCHED_SECONDS + 3) * 1000
      if (Date.now() > firstDue * 1000) throw new Error('Seeding took longer than was planned for.')
      while (Date.now() < endsMs) {
        memory.push(residentMb(broker.pid))
        await new Promise((resolve) => setTimeout(resolve, 1_000))
      }
      const lags = openLags(dataDir, firstDue, DUE_PER_SECOND, watched)
      await broker.stop()
      say(
        `many: ready in ${median(ready).toFixed(2)} s, ${Math.max(...memory).toFixed(0)} MB, ${lags.missing} late`,
      )
      if (lags.missing > 0) throw new Error(`${lags.missing} due tokens were not done.`)
      return [
        bound('many-ready', '100,000 credentials: time until ready', 's', 5, ready),
        bound('many-memory', '100,000 credentials: resident memory, highest seen', 'MB', 400, [
          Math.max(...memory),
        ]),
        bound('many-lag', 'due tokens saved after their time, latest of 50 due/s', 's', 2, [
          lags.latestSeconds,
        ]),
      ]
    } finally {
      await endpoint.stop()
    }
  },
}

async function timeToReady(dataDir: string): Promise<number> {
  const startedMs = performance.now()
  const broker = await startBroker({ dataDir })
  const seconds = (performance.now() - startedMs) / 1000
  await broker.stop()
  return seconds
}

/** A figure that has to stay below a bound: the ratio is bound by value, 10 at most. */
export function bound(name: string, what: string, unit: string, limit: number, values: number[]): Figure {
  const value = median(values)
  return {
    name,
    target: 1,
    rounds: values.length,
    what,
    beside: `at most ${limit} ${unit}`,
    unit,
    ratio: limit / Math.max(value, limit / 10),
    value,
    limit,
    values,
    limits: values.map(() => limit),
  }
}
