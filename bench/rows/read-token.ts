import { join } from 'node:path'
import { createKey, type RunningBroker, startBroker } from '../broker.ts'
import { LOAD_CORE, SERVER_CORE, start } from '../processes.ts'
import type { Row } from '../row.ts'
import { sideBySide } from '../side-by-side.ts'

const SERVERS = join(import.meta.dirname, '../servers')
const isPort = (line: string) => /^\d+$/.test(line)

export const startProvider = () =>
  start(process.execPath, [join(SERVERS, 'token-endpoint.ts')], { cores: LOAD_CORE, isReady: isPort })

/** A credential with a token, and a key that may read it. */
export async function readableToken(broker: RunningBroker, providerPort: string): Promise<string> {
  await broker.call('POST', '/v1/credentials?wait=10', {
    name: 'crm',
    recipe: {
      grant: 'client_credentials',
      token_url: `http://127.0.0.1:${providerPort}/token`,
      client_id: 'bench',
    },
    secrets: { client_secret: 'bench-secret' },
  })
  return createKey(broker, ['tokens:crm'])
}

/** A fresh token read through the token API: key check, permission, memory. */
export const readToken: Row = {
  name: 'read-token',
  async run(options) {
    const bare = (size: number) =>
      start(process.execPath, [join(SERVERS, 'bare-http.ts'), String(size)], {
        cores: SERVER_CORE,
        isReady: isPort,
      })
    const provider = await startProvider()
    const broker = await startBroker()
    const key = await readableToken(broker, provider.ready)
    const path = '/v1/credentials/crm/token'
    const headers = { Authorization: `Bearer ${key}` }
    const answer = await fetch(`http://127.0.0.1:${broker.port}${path}`, { headers })
    const size = (await answer.arrayBuffer()).byteLength
    if (answer.status !== 200) throw new Error(`The token can not be read: ${answer.status}`)
    const limit = await bare(size)
    try {
      const target = { method: 'GET', path, headers } as const
      const figure = await sideBySide(
        {
          name: 'read-token',
          target: 0.8,
          what: 'fresh token read with key check and permission',
          beside: 'bare `node:http`, constant body of the same size',
        },
        { target: { ...target, port: broker.port }, pids: [broker.pid] },
        { target: { ...target, port: Number(limit.ready) }, pids: [limit.pid] },
        options,
      )
      return [{ ...figure, notes: [`body of ${size} bytes`] }]
    } finally {
      await Promise.all([broker.stop(), limit.stop(), provider.stop()])
    }
  },
}
