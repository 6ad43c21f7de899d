import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createKey, type RunningBroker, startBroker, temporaryFolder } from '../broker.ts'
import { freePort, missingNginx, startNginx } from '../nginx.ts'
import { LOAD_CORE, SERVER_CORE } from '../processes.ts'
import type { Figure, Row } from '../row.ts'
import { sideBySide } from '../side-by-side.ts'

/** A destination that costs little, so that what is in front of it is the bound. */
export function startDestination(port: number) {
  const root = temporaryFolder()
  writeFileSync(join(root, '1kB'), 'x'.repeat(1_024))
  writeFileSync(join(root, '100kB'), 'x'.repeat(102_400))
  return startNginx(
    LOAD_CORE,
    `  server {
    listen 127.0.0.1:${port} backlog=1024;
    root ${root};
    open_file_cache max=10 inactive=60s;
    open_file_cache_valid 60s;
    default_type application/octet-stream;
    location = / { return 200 ""; }
    location = /post { return 200 '${'x'.repeat(1_024)}'; }
  }`,
    port,
  )
}

export const startPlainProxy = (port: number, destination: number) =>
  startNginx(
    SERVER_CORE,
    `  upstream destination { server 127.0.0.1:${destination}; keepalive 128; }
  server {
    listen 127.0.0.1:${port} backlog=1024;
    location / {
      proxy_pass http://destination;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Authorization "Bearer static-token-of-the-bench";
    }
  }`,
    port,
  )

/** A credential whose token may go to the destination, and a key for the proxy. */
export async function allowDestination(broker: RunningBroker, port: number): Promise<string> {
  await broker.call('POST', '/v1/credentials?wait=10', {
    name: 'crm',
    recipe: { grant: 'static_token' },
    secrets: { token: 'static-token-of-the-bench' },
    destinations: [`http://127.0.0.1:${port}/`],
  })
  return createKey(broker, ['proxy:crm'])
}

const CASES = [
  { name: 'proxy-get-1k', target: 0.3, method: 'GET', path: '/1kB', what: 'proxied GET, 1 kB' },
  { name: 'proxy-get-100k', target: 0.35, method: 'GET', path: '/100kB', what: 'proxied GET, 100 kB' },
  { name: 'proxy-post-10k', target: 0.3, method: 'POST', path: '/post', what: 'proxied POST of 10 kB' },
] as const

export const proxyRows: Row[] = CASES.map(({ name, target, method, path, what }) => ({
  name,
  missing: missingNginx,
  async run(options): Promise<Figure[]> {
    const [destinationPort, plainPort] = [await freePort(), await freePort()]
    const destination = await startDestination(destinationPort)
    const plain = await startPlainProxy(plainPort, destinationPort)
    const broker = await startBroker()
    try {
      const key = await allowDestination(broker, destinationPort)
      const body = method === 'POST' ? { body: 'y'.repeat(10_240) } : {}
      const figure = await sideBySide(
        { name, target, what, beside: 'nginx `proxy_pass`, static `Authorization`, one worker' },
        {
          target: {
            method,
            port: broker.port,
            path: `/proxy/crm/http://127.0.0.1:${destinationPort}${path}`,
            headers: { 'Bursar-Key': key },
            ...body,
          },
          pids: [broker.pid],
        },
        { target: { method, port: plainPort, path, headers: {}, ...body }, pids: [plain.pid] },
        options,
      )
      return [figure]
    } finally {
      await Promise.all([broker.stop(), plain.stop(), destination.stop()])
    }
  },
}))
