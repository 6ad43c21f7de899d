import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { missingPostgres, startPostgres } from '../../test/postgres.ts'
import { type RunningBroker, startBroker, temporaryFolder } from '../broker.ts'
import { cpuSeconds, LOAD_CORE, run, SERVER_CORE, start } from '../processes.ts'
import { type Figure, median, medianRatio, type Row, type RowOptions } from '../row.ts'
import { seed } from '../seed.ts'
import { openSql, type Sql } from '../sql.ts'

const SERVERS = join(import.meta.dirname, '../servers')
const COUNT = 5_000
const WARM_ROUNDS = 3
/** As long as real ones are. */
const CLIENT_SECRET = randomBytes(30).toString('base64url')

interface Kind {
  name: string
  path: string
  what: string
  recipe: Record<string, unknown>
  secrets: Record<string, string>
}

const KINDS: Kind[] = [
  {
    name: 'client-credentials',
    path: '/token',
    what: 'client credentials',
    recipe: { grant: 'client_credentials', client_id: 'bench' },
    secrets: { client_secret: CLIENT_SECRET },
  },
  {
    name: 'rotating',
    path: '/rotating',
    what: 'refresh tokens that rotate (an intent before each)',
    recipe: { grant: 'refresh_token', client_id: 'bench' },
    secrets: { client_secret: CLIENT_SECRET, refresh_token: 'first-of-many' },
  },
]

const ENGINES = [
  { engine: 'sqlite', target: 0.2 },
  { engine: 'postgres', target: 0.12 },
] as const

export const refreshRows: Row[] = ENGINES.flatMap(({ engine, target }) =>
  KINDS.map((kind) => ({
    name: `refresh-${engine}-${kind.name}`,
    missing: () => (engine === 'postgres' ? missingPostgres() : null),
    run: (options: RowOptions) => measure(engine, target, kind, options),
  })),
)

async function measure(
  engine: 'sqlite' | 'postgres',
  target: number,
  kind: Kind,
  { rounds, say }: RowOptions,
): Promise<Figure[]> {
  const name = `refresh-${engine}-${kind.name}`
  const endpoint = await start(process.execPath, [join(SERVERS, 'token-endpoint.ts')], {
    cores: LOAD_CORE,
    isReady: (line) => /^\d+$/.test(line),
  })
  const origin = `http://127.0.0.1:${endpoint.ready}`
  const postgres = engine === 'postgres' ? await startPostgres({ fsync: true }) : null
  const dataDir = temporaryFolder()
  const databaseUrl = await postgres?.createDatabase()
  const place = { dataDir, ...(databaseUrl !== undefined && { databaseUrl }) }
  let broker: RunningBroker | null = null
  let sql: Sql | null = null
  try {
    const recipe = { ...kind.recipe, token_url: origin + kind.path }
    await seed({ ...place, count: COUNT, recipe, secrets: kind.secrets, dueAt: () => null })
    broker = await startBroker({
      dataDir,
      env: databaseUrl === undefined ? {} : { BURSAR_DATABASE_URL: databaseUrl },
    })
    sql = await openSql(place)
    // The first tokens are got in a round that does not count, and two more bring all code to its speed.
    for (let version = 1; version <= WARM_ROUNDS; version += 1) await refreshAll(broker, sql, origin, version)
    const ours: Round[] = []
    const limit: Round[] = []
    for (let round = 1; round <= rounds; round += 1) {
      ours.push(await refreshAll(broker, sql, origin, WARM_ROUNDS + round))
      const bare = await run(
        process.execPath,
        [join(SERVERS, 'bare-posts.ts'), origin, kind.path, String(COUNT)],
        { cores: SERVER_CORE },
      )
      const { ms, cpuUs } = JSON.parse(bare) as { ms: number; cpuUs: number }
      limit.push({ perSecond: (COUNT / ms) * 1000, cpuUs: cpuUs / COUNT })
      say(
        `${name} ${round}/${rounds}: ${ours.at(-1)!.perSecond.toFixed(0)}/s beside ` +
          `${limit.at(-1)!.perSecond.toFixed(0)}/s, CPU ${ours.at(-1)!.cpuUs.toFixed(0)} beside ` +
          `${limit.at(-1)!.cpuUs.toFixed(0)} µs`,
      )
    }
    return [figureOf(name, target, kind, engine, ours, limit)]
  } finally {
    await sql?.close()
    await Promise.all([broker?.stop(), endpoint.stop()])
    await postgres?.stop()
  }
}

interface Round {
  perSecond: number
  cpuUs: number
}

interface Counts {
  issued: number
  reused: number
  firstMs: number
}

/** From the first request that arrives until every answer is saved. */
async function refreshAll(broker: RunningBroker, sql: Sql, origin: string, version: number): Promise<Round> {
  await fetch(`${origin}/reset`)
  const before = cpuSeconds([broker.pid]) ?? 0
  await sql.makeAllDue()
  const deadlineMs = Date.now() + 120_000
  const readCounts = async () => (await (await fetch(`${origin}/counts`)).json()) as Counts
  // The database is looked at once the last answer has left: to count costs it more than to save.
  while ((await readCounts()).issued < COUNT || (await sql.countBelow(version)) > 0) {
    if (Date.now() > deadlineMs) throw new Error(`${await sql.countBelow(version)} were not refreshed.`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  const endedMs = Date.now()
  const used = (cpuSeconds([broker.pid]) ?? 0) - before
  const counts = await readCounts()
  if (counts.issued !== COUNT) throw new Error(`${counts.issued} exchanges for ${COUNT} credentials.`)
  if (counts.reused > 0) throw new Error(`${counts.reused} refresh tokens were sent twice.`)
  return { perSecond: (COUNT / (endedMs - counts.firstMs)) * 1000, cpuUs: (used / COUNT) * 1e6 }
}

function figureOf(
  name: string,
  target: number,
  kind: Kind,
  engine: string,
  ours: readonly Round[],
  limit: readonly Round[],
): Figure {
  const values = ours.map(({ perSecond }) => perSecond)
  const limits = limit.map(({ perSecond }) => perSecond)
  const cpu = {
    value: median(ours.map(({ cpuUs }) => cpuUs)),
    limit: median(limit.map(({ cpuUs }) => cpuUs)),
  }
  return {
    name,
    target,
    rounds: values.length,
    what: `refresh of ${COUNT} due credentials, ${kind.what}, ${engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'}`,
    beside: 'bare loop of POSTs with `undici.dispatch`, same endpoint, nothing kept',
    unit: 'exchanges/s',
    ratio: medianRatio(values, limits),
    value: median(values),
    limit: median(limits),
    values,
    limits,
    cpu: { ...cpu, ratio: cpu.limit / cpu.value },
    notes: [
      'every answer is durable when the round ends',
      ...(engine === 'postgres' ? ['PostgreSQL with fsync on, on both cores'] : []),
    ],
  }
}
