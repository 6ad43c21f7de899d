import { join } from 'node:path'
import { type RunningBroker, startBroker } from '../broker.ts'
import { SERVER_CORE, start } from '../processes.ts'
import type { Figure, Row, RowOptions } from '../row.ts'
import { sideBySide } from '../side-by-side.ts'

const SERVER = join(import.meta.dirname, '../servers/bare-post-http.ts')
const CLIENT = { client_id: 'kiosk-7', client_secret: 'bench-client-secret' }

/** Issuing over HTTP, where signing is not the limit: client known, JWT signed by HS256, request logged. */
export const issueRow: Row = {
  name: 'issue',
  async run(options) {
    const broker = await startBroker()
    try {
      await broker.call('POST', '/v1/signing-keys', { name: 'bench', algorithm: 'HS256' })
      return [
        await measure(broker, options, {
          name: 'issue-standard',
          page: { name: 'standard', signing_key: 'bench', audience: 'https://api.example.com' },
          app: CLIENT,
          type: 'application/x-www-form-urlencoded',
          body: `${new URLSearchParams({ grant_type: 'client_credentials', ...CLIENT })}`,
        }),
        await measure(broker, options, {
          name: 'issue-compat',
          page: { name: 'compat', mode: 'compat' },
          app: { ...CLIENT, signing_secret: 'bench-signing-secret' },
          type: 'application/json',
          body: JSON.stringify({ operation: 'RequestToken', grant_type: 'client_credentials', ...CLIENT }),
        }),
      ]
    } finally {
      await broker.stop()
    }
  },
}

interface Case {
  name: string
  page: { name: string } & Record<string, unknown>
  app: object
  type: string
  body: string
}

async function measure(
  broker: RunningBroker,
  options: RowOptions,
  { name, page, app, type, body }: Case,
): Promise<Figure> {
  await broker.call('POST', '/v1/app-pages', page)
  await broker.call('POST', `/v1/app-pages/${page.name}/apps`, app)
  const path = `/apps/${page.name}/token`
  const headers = { 'Content-Type': type }
  const answer = await fetch(`http://127.0.0.1:${broker.port}${path}`, { method: 'POST', headers, body })
  const text = await answer.text()
  if (!text.includes('access_token')) throw new Error(`No token: ${answer.status} ${text}`)
  const limit = await start(process.execPath, [SERVER, String(text.length)], {
    cores: SERVER_CORE,
    isReady: (line) => /^\d+$/.test(line),
  })
  try {
    const target = { method: 'POST', path, headers, body } as const
    return await sideBySide(
      {
        name,
        target: 0.7,
        what: `a JWT by HS256 over HTTP, ${page.name} page`,
        beside: 'bare `node:http` that reads the body, makes the bare HMAC and answers as many bytes',
      },
      { target: { ...target, port: broker.port }, pids: [broker.pid] },
      { target: { ...target, port: Number(limit.ready) }, pids: [limit.pid] },
      options,
    )
  } finally {
    await limit.stop()
  }
}
