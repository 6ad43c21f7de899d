import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { HttpServer } from '../http-server.ts'

const FIXTURES = join(import.meta.dirname, 'fixtures')

/** What a broker has to trust to reach the stand-ins. */
export const CA_FILE = join(FIXTURES, 'stores.pem')
export const readCa = (): string => readFileSync(CA_FILE, 'utf8')

/** Every name is this machine: the stand-ins are called by names of their own. */
export const lookup = async () => [{ address: '127.0.0.1', family: 4 } as const]

/** A server with TLS on a free port of the loopback, called by a name of its certificate. */
export async function startHttpsServer(name: string, listener: RequestListener): Promise<HttpServer> {
  const server = createServer(
    { cert: readCa(), key: readFileSync(join(FIXTURES, 'stores-key.pem')) },
    listener,
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `https://${name}:${port}`,
    async close() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
