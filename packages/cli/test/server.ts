import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll } from 'vitest'
import { type Ended, type RunOptions, bursar as run, start } from './bursar.ts'

export const ADMIN_KEY = 'bsr_admin_f3b1c2d4e5a69788'

export interface RunningBroker {
  url: string
  /** The command line with this broker's URL and admin key. */
  bursar(args: readonly string[], options?: RunOptions): Promise<Ended>
  /** Ends it by SIGTERM; its exit code. */
  stop(): Promise<number | null>
}

/** `bursar serve` as a process of its own, on a free port and with an empty data folder. */
export async function startBroker(): Promise<RunningBroker> {
  const dataDir = mkdtempSync(join(tmpdir(), 'bursar-cli-'))
  const child = start(['serve'], {
    env: {
      BURSAR_DATA_DIR: dataDir,
      BURSAR_PORT: '0',
      BURSAR_ADMIN_KEY: ADMIN_KEY,
      BURSAR_OUTBOUND_ALLOW: '127.0.0.0/8',
      BURSAR_OUTBOUND_INSECURE_HTTP: 'loopback',
    },
  })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    said += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const { event, url } = JSON.parse(line) as { event: string; url: string }
      if (event === 'listening') resolve(url)
    })
    void ended.then((code) => reject(new Error(`The broker ended with ${code}: ${said}`)))
  })
  const stop = () => {
    child.kill('SIGTERM')
    return ended
  }
  afterAll(async () => {
    await stop()
    rmSync(dataDir, { recursive: true, force: true })
  })
  return {
    url,
    stop,
    bursar: (args, options = {}) =>
      run(args, { ...options, env: { BURSAR_URL: url, BURSAR_KEY: ADMIN_KEY, ...options.env } }),
  }
}

/** A token endpoint: `/token` answers a token, `/refuse` and `/down` what their names say. */
export async function startProvider(): Promise<string> {
  const answers: Record<string, [status: number, body: object]> = {
    '/token': [200, { access_token: 'token-of-the-provider', token_type: 'Bearer', expires_in: 3600 }],
    '/refuse': [401, { error: 'invalid_client' }],
    '/down': [503, {}],
  }
  const server: Server = createServer((request, response) => {
    const [status, body] = answers[request.url!] ?? [404, {}]
    request.resume().on('end', () => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
