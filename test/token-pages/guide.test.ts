import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join, resolve } from 'node:path'
import { JWT_FAULTS } from '@bursar/domain/issuing/jwt-fault.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { startTestBroker, type TestBroker, temporaryFolder } from '../broker.ts'
import { type HttpServer, sendJson, startHttpServer } from '../http-server.ts'
import { type TokenPages, tokenPages } from './pages.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const GUIDE = readFileSync(join(ROOT, 'docs/guides/app-jwt.md'), 'utf8')
const AUDIENCE = 'https://api.example.com'

/** The block of code with this heading. */
function snippet(heading: string): string {
  const found = new RegExp(`\`\`\`${heading}\\n([\\s\\S]*?)\n\`\`\``).exec(GUIDE)?.[1]
  if (found === undefined) throw new Error(`The guide has no ${heading}.`)
  return found
}

let broker: TestBroker
let pages: TokenPages
let token: string
let forged: string
const children: ChildProcess[] = []

beforeAll(async () => {
  broker = await startTestBroker()
  pages = tokenPages(broker)
  await pages.make('/v1/signing-keys', { name: 'shop-2026', algorithm: 'ES256' })
  await pages.make('/v1/app-pages', { name: 'shop', signing_key: 'shop-2026', audience: AUDIENCE })
  const app = await pages.make('/v1/app-pages/shop/apps', { client_id: 'kiosk-7', scopes: ['points:read'] })
  const { json } = await pages.form('shop', {
    grant_type: 'client_credentials',
    client_id: 'kiosk-7',
    client_secret: app.client_secret,
  })
  token = json.access_token as string
  const [header, , signature] = token.split('.')
  forged = `${header}.${Buffer.from('{"sub":"me"}').toString('base64url')}.${signature}`
})
afterAll(async () => {
  for (const child of children) child.kill()
  await broker?.close()
})

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

const settings = () => ({
  PATH: process.env.PATH,
  BURSAR_URL: broker.url,
  ISSUER: `${broker.url}/apps/shop`,
  AUDIENCE,
  JWKS: `${broker.url}/.well-known/jwks.json`,
})

/** Runs a snippet as a module of the project. */
function runModule(text: string, env: Record<string, string | undefined>): ChildProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-'], { cwd: ROOT, env })
  children.push(child)
  child.stdin!.end(text)
  return child
}

const ask = (url: string, bearer?: string) =>
  fetch(url, bearer === undefined ? {} : { headers: { Authorization: `Bearer ${bearer}` } })

async function holdsOnly(url: string): Promise<void> {
  const good = await ask(url, token)
  expect([good.status, await good.json()]).toEqual([200, { client: 'kiosk-7', scope: 'points:read' }])
  for (const bearer of [undefined, forged, 'x']) {
    const refused = await ask(url, bearer)
    expect([bearer, refused.status]).toEqual([bearer, 401])
    expect(refused.headers.get('www-authenticate')).toContain('Bearer')
  }
}

describe('the guide', () => {
  test.each(['express', 'fastify', 'express-bursar', 'fastify-bursar'])('checks JWTs in %s', async (name) => {
    const port = await freePort()
    const child = runModule(snippet(`js ${name}`), { ...settings(), PORT: String(port) })
    await once(child.stdout!, 'data')
    await holdsOnly(`http://127.0.0.1:${port}/points`)
  })

  test('checks a JWT by the function of Bursar', async () => {
    const verdict = async (TOKEN: string) => {
      const child = runModule(snippet('js node'), { ...settings(), TOKEN })
      let text = ''
      child.stdout!.on('data', (chunk) => {
        text += chunk
      })
      await once(child, 'close')
      return JSON.parse(text)
    }
    expect(await verdict(token)).toMatchObject({ sub: 'kiosk-7' })
    expect(await verdict(forged)).toMatchObject({ fault: 'jwt.signature' })
  })

  const nginx = ['/usr/sbin/nginx', 'nginx'].find((program) => spawnSync(program, ['-v']).status === 0)
  const why = nginx === undefined ? ' (left out: nginx is not installed)' : ''

  test.skipIf(nginx === undefined)(`checks JWTs in nginx${why}`, async () => {
    const api: HttpServer = await startHttpServer((_request, response) =>
      sendJson(response, 200, { client: 'kiosk-7', scope: 'points:read' }),
    )
    const port = await freePort()
    const folder = await temporaryFolder()
    mkdirSync(join(folder, 'temp'))
    const locations = snippet('nginx')
      .replace('http://127.0.0.1:9000', api.url)
      .replace('http://127.0.0.1:8787', broker.url)
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/temp/${name};`,
    )
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/pid; error_log stderr error; events {}
http { access_log off; ${temp.join(' ')} server { listen 127.0.0.1:${port}; ${locations} } }`,
    )
    const child = spawn(nginx!, ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' })
    children.push(child)
    await awaitUntil('nginx answers', () =>
      fetch(`http://127.0.0.1:${port}/`)
        .then(() => true)
        .catch(() => undefined),
    )
    await holdsOnly(`http://127.0.0.1:${port}/points`)
    child.kill()
    await api.close()
  })

  test('names commands and settings that there are', async () => {
    const cli = readFileSync(join(ROOT, 'docs/cli.md'), 'utf8')
    for (const [, command] of GUIDE.matchAll(/bursar ((?:signing-key|app-page|app|jwt) [a-z-]+)/g))
      expect(cli).toContain(`\n## bursar ${command}\n`)
  })
})

test('docs/apps.md names each reason for which a JWT is refused', () => {
  const page = readFileSync(join(ROOT, 'docs/apps.md'), 'utf8')
  for (const fault of Object.keys(JWT_FAULTS)) expect(page).toContain(`\`${fault}\``)
})
