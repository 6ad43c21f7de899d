import { Agent, request } from 'node:http'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ADMIN_KEY, type RunningBroker, startBroker, temporaryFolder } from '../broker.ts'
import { type Figure, median, medianRatio, type Row } from '../row.ts'

const SECRETS = 10_000
const AT_ONCE = 64
const PAGE_SIZE = 100
const MEDIA_TYPE = 'application/vnd.api+json'

// biome-ignore lint/suspicious/noExplicitAny: answers are read here as they come.
type Json = any

/** A page of the secrets of one environment, beside the SQL that finds it, run by nothing else. */
export const reactorListRow: Row = {
  name: 'reactor-list',
  async run({ rounds, seconds, say }): Promise<Figure[]> {
    const dataDir = temporaryFolder()
    const broker = await startBroker({ dataDir })
    const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
    try {
      const environment = await fill(broker, agent, say)
      const database = new DatabaseSync(join(dataDir, 'bursar.db'), { readOnly: true })
      const bare = createBareQuery(database, environment)
      const values: number[] = []
      const limits: number[] = []
      for (let round = 0; round <= rounds; round += 1) {
        const listed = await perSecond(seconds, async (page) => {
          const query = `page[size]=${PAGE_SIZE}&page[number]=${page}`
          const text = await send(broker, agent, 'GET', `/environments/${environment}/secrets?${query}`)
          // Reading it whole is the caller's work, and would be measured with ours.
          if (text.split('"type":"secrets"').length !== PAGE_SIZE + 1) throw new Error('A page was not full.')
        })
        const found = await perSecond(seconds, (page) => bare(page))
        // The first one warms both up.
        if (round === 0) continue
        values.push(listed)
        limits.push(found)
        say(`reactor-list ${round}/${rounds}: ${listed.toFixed(0)}/s beside ${found.toFixed(0)}/s`)
      }
      database.close()
      return [
        {
          name: 'reactor-list',
          target: 1 / 3,
          rounds,
          what: `pages of ${PAGE_SIZE} of ${SECRETS} secrets in one environment, one after the other`,
          beside: 'the bare SQL query',
          unit: 'pages/s',
          ratio: medianRatio(values, limits),
          value: median(values),
          limit: median(limits),
          values,
          limits,
        },
      ]
    } finally {
      agent.destroy()
      await broker.stop()
    }
  },
}

/** Every page in turn, for so long. */
async function perSecond(seconds: number, list: (page: number) => Promise<void> | void): Promise<number> {
  const startedMs = performance.now()
  let done = 0
  while (performance.now() - startedMs < seconds * 1000) {
    await list(1 + (done % (SECRETS / PAGE_SIZE)))
    done += 1
  }
  return (done / (performance.now() - startedMs)) * 1000
}

/** The page and the number on all pages, with what the answer needs of each secret. */
function createBareQuery(database: DatabaseSync, environment: string): (page: number) => void {
  const at = `workspace_id = 'default' AND door = 'reactor' AND kind = 'secrets' AND group_id = ? AND group_id <> ''`
  const page =
    database.prepare(`SELECT d.*, c.status AS h_status, c.reason AS h_reason, t.version AS h_version,
      t.issued_at AS h_issued_at, t.expires_at AS h_expires_at, t.refresh_due_at AS h_refresh_due_at
    FROM (SELECT * FROM documents WHERE ${at} ORDER BY created_at, id LIMIT ? OFFSET ?) d
    LEFT JOIN credentials c ON c.workspace_id = d.workspace_id AND c.id = d.id
    LEFT JOIN tokens t ON t.workspace_id = d.workspace_id AND t.credential_id = d.id
    ORDER BY d.created_at, d.id`)
  const count = database.prepare(`SELECT count(*) AS documents FROM documents WHERE ${at}`)
  return (number) => {
    const rows = page.all(environment, PAGE_SIZE, (number - 1) * PAGE_SIZE)
    const counted = count.get(environment)
    if (rows.length !== PAGE_SIZE || counted?.documents !== SECRETS)
      throw new Error('The query found others.')
  }
}

/** 10,000 secrets in one environment, made through the API; answers the environment. */
async function fill(broker: RunningBroker, agent: Agent, say: (line: string) => void): Promise<string> {
  const post = async (path: string, type: string, attributes: Json, relationships?: Json) =>
    (await call(broker, agent, 'POST', path, { data: { type, attributes, relationships } })).data.id as string
  const { data } = await call(broker, agent, 'GET', '/companies')
  const property = await post(`/companies/${data[0].id}/properties`, 'properties', {
    name: 'bench',
    platform: 'edge',
  })
  const environment = await post(`/properties/${property}/environments`, 'environments', { name: 'bench' })
  say(`reactor-list: making ${SECRETS} secrets`)
  const related = { environment: { data: { type: 'environments', id: environment } } }
  let next = 0
  const lane = async () => {
    while (next < SECRETS) {
      const name = `secret-${next++}`
      const attributes = { name, type_of: 'simple-http', credentials: { username: name, password: 'x' } }
      await post(`/properties/${property}/secrets`, 'secrets', attributes, related)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
  return environment
}

const call = async (...sent: Parameters<typeof send>): Promise<Json> => JSON.parse(await send(...sent))

function send(
  broker: RunningBroker,
  agent: Agent,
  method: string,
  path: string,
  body?: Json,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request({
      host: '127.0.0.1',
      port: broker.port,
      agent,
      method,
      path: `/reactor${path}`,
      headers: { Authorization: `Bearer ${ADMIN_KEY}`, ...(body && { 'Content-Type': MEDIA_TYPE }) },
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        if ((response.statusCode ?? 500) >= 300) reject(new Error(text))
        else resolve(text)
      })
    })
    sent.end(body && JSON.stringify(body))
  })
}
