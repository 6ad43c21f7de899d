import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { Secret } from '@bursar/domain/secret.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer, Api } from './api.ts'
import { awaitUntil } from './await-until.ts'
import {
  type BrokerProcess,
  endBrokerProcesses,
  startBrokerProcess,
  startTestBroker,
  temporaryFolder,
} from './broker.ts'
import { Canaries } from './canary.ts'
import { sendJson } from './http-server.ts'
import { type Provider, refreshing, startProvider, type TokenCall } from './provider.ts'

const canaries = new Canaries()
const adminKey = canaries.add('admin key', `bsr_admin_${randomBytes(32).toString('base64url')}`)
const answers: Array<[what: string, text: string]> = []
let provider: Provider
let node: BrokerProcess
let api: Api

/** A call whose whole answer is a sink. */
async function call(method: string, path: string, body?: unknown, raw?: string): Promise<Answer> {
  const answer = await api.call(method, path, body, raw === undefined ? {} : { raw })
  answers.push([`${method} ${path}`, JSON.stringify([...answer.headers]) + answer.text])
  return answer
}

/** What a provider of bad manners has seen of us: everything, in every shape. */
function echo({ form, headers }: TokenCall): string {
  const authorization = headers.authorization ?? ''
  const decoded = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()
  return [...form.values(), authorization, decoded, decoded.split(':')[1] ?? ''].join(' ')
}

const recipe = (more: Record<string, unknown>) => ({
  token_url: provider.tokenUrl,
  client_id: 'client',
  ...more,
})

async function create(name: string, more: Record<string, unknown>, secrets: Record<string, unknown>) {
  return call('POST', '/v1/credentials?wait=20', {
    name,
    recipe: recipe(more),
    secrets,
    destinations: [provider.apiUrl],
  })
}

beforeAll(async () => {
  provider = await startProvider()
  node = await startBrokerProcess(await temporaryFolder(), {
    BURSAR_ADMIN_KEY: adminKey,
    BURSAR_LOG_LEVEL: 'debug',
    REFERENCED: canaries.plant('secret behind a reference'),
  })
  api = node.api
})
afterAll(async () => {
  endBrokerProcesses()
  await provider?.close()
})

describe('secrets that are planted everywhere', () => {
  test('are used by every grant and every failure', async () => {
    const tokens = () => ({
      access_token: canaries.plant(`access token ${canaries.names.length}`),
      refresh_token: canaries.plant(`refresh token ${canaries.names.length}`),
      id_token: canaries.plant(`id token ${canaries.names.length}`),
      extra: canaries.plant(`unknown member ${canaries.names.length}`),
      expires_in: 3600,
    })
    provider.behave(tokens)
    await create('basic', { grant: 'client_credentials' }, { client_secret: canaries.plant('client_secret') })
    const post = { grant: 'client_credentials', client_auth: 'client_secret_post' }
    await create('post', post, { client_secret: canaries.plant('client_secret in a body') })
    await create('reference', post, { client_secret: { from: 'env', name: 'REFERENCED' } })
    await create(
      'password',
      { grant: 'password', username: 'ada' },
      { client_secret: canaries.plant('client_secret of password'), password: canaries.plant('password') },
    )
    const secrets = () => ({ client_secret: canaries.plant(`client_secret ${canaries.names.length}`) })
    await create(
      'refreshing',
      { grant: 'refresh_token' },
      {
        ...secrets(),
        refresh_token: canaries.plant('refresh_token'),
      },
    )
    await call('POST', '/v1/credentials/refreshing/exchange')
    const subject = { ...secrets(), token: canaries.plant('subject token') }
    await create('exchanged', { grant: 'token_exchange' }, subject)

    const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }) as string
    canaries.add('private_key', pem.split('\n')[1]!)
    const bearer = { grant: 'jwt_bearer', alg: 'ES256', client_auth: 'private_key_jwt' }
    await create('bearer', bearer, { private_key: pem })
    for (const parameter of ['assertion', 'client_assertion']) {
      canaries.add(parameter, provider.calls.at(-1)?.form.get(parameter)?.split('.')[2] ?? '')
    }
    const own = { client_id: undefined, token_url: undefined }
    await create('static', { ...own, grant: 'static_token' }, { token: canaries.plant('token') })
    await create(
      'http',
      { ...own, grant: 'http_basic', username: 'ada' },
      {
        password: canaries.plant('password of http_basic'),
      },
    )
    await create('signed', { ...own, grant: 'signed_jwt', alg: 'ES256', issuer: 'x' }, { private_key: pem })

    const { body: made } = await api.call('POST', '/v1/callers', { name: 'canary', scopes: ['admin'] })
    canaries.add('caller key', made.key.split('_').slice(2).join('_'))
    api = api.withKey(made.key)

    const states = await create(
      'code',
      { grant: 'authorization_code', authorization_url: `${provider.url}/authorize` },
      secrets(),
    )
    expect(states.status).toBe(201)
    for (const end of ['fine', 'refused', 'denied']) {
      const started = await api.call('POST', '/v1/credentials/code/authorize')
      const state = new URL(started.body.authorization_url).searchParams.get('state')!
      canaries.add(`state ${end}`, state)
      if (end === 'refused') {
        provider.behave((request, response) =>
          sendJson(response, 400, { error: 'invalid_grant', error_description: echo(request) }),
        )
      }
      const query = new URLSearchParams({
        state,
        ...(end === 'denied'
          ? { error: 'access_denied', error_description: `the state was ${state}` }
          : { code: canaries.plant(`code ${end}`) }),
      })
      const page = await fetch(`${node.url}/oauth/callback?${query}`)
      answers.push([`callback ${end}`, JSON.stringify([...page.headers]) + (await page.text())])
      const verifier = provider.calls.at(-1)?.form.get('code_verifier')
      if (verifier) canaries.add(`PKCE verifier ${end}`, verifier)
      provider.behave(tokens)
    }

    for (const [name] of [['basic'], ['post'], ['password'], ['refreshing'], ['bearer'], ['exchanged']]) {
      for (const status of [400, 401, 200, 503]) {
        provider.behave((request, response) => {
          const error = {
            error: request.form.get('client_secret') ?? request.form.get('refresh_token') ?? echo(request),
            error_description: echo(request),
          }
          sendJson(response, status, error, { 'X-Echo': encodeURIComponent(echo(request)) })
        })
        await call('POST', `/v1/credentials/${name}/exchange`)
      }
      provider.behave((request, response) => {
        response.setHeader('WWW-Authenticate', `Basic realm="${encodeURIComponent(echo(request))}"`)
        response.writeHead(500, { 'Content-Type': 'text/html' }).end(`<h1>${echo(request)}</h1>`)
      })
      await call('POST', `/v1/credentials/${name}/exchange`)
      provider.behave((request, response) => sendJson(response, 200, `{"access_token": ${echo(request)}`))
      await call('POST', `/v1/credentials/${name}/exchange`)
      provider.behave(() => ({ access_token: `${canaries.plant(`broken token of ${name}`)}\r\nX: y` }))
      await call('POST', `/v1/credentials/${name}/exchange`)
      const asName = canaries.add(`token as a name of ${name}`, randomBytes(24).toString('hex'))
      provider.behave(() => ({ [asName]: 'x' }))
      await call('POST', `/v1/credentials/${name}/exchange`)
      provider.behave((request, response) => {
        const location = `${provider.url}/?${new URLSearchParams({ echo: echo(request) })}`
        response.writeHead(302, { Location: location }).end()
      })
      await call('POST', `/v1/credentials/${name}/exchange`)
      await api.token(name!)
      await api.proxy(name!, `${provider.apiUrl}me`)
    }
    provider.behave((request, response) =>
      sendJson(response, 401, { error: 'invalid_client', error_description: echo(request) }),
    )
    const device = { grant: 'device_code', device_authorization_url: `${provider.url}/device` }
    await create('device', { ...device, client_auth: 'client_secret_post' }, secrets())
    await call('POST', '/v1/credentials/device/authorize')
    await call('POST', '/v1/validate', {
      recipe: recipe({ grant: 'client_credentials' }),
      secrets: { client_secret: canaries.plant('client_secret of validate') },
    })
    await create('never', { grant: 'client_credentials' }, secrets())
    await call('PATCH', '/v1/credentials/never', { secrets: secrets() })
    await create(
      'wrong',
      { client_secret: canaries.plant('misplaced') },
      { colour: canaries.plant('unknown') },
    )
    const misplaced = { 'extra-params': canaries.plant('unknown member'), client_id: ['x'] }
    await create(
      'wrong',
      { grant: 'client_credentials', ...misplaced },
      { client_secret: [canaries.plant('list')] },
    )
    await create(
      'wrong',
      { grant: 'jwt_bearer', issuer: 'x' },
      {
        private_key: `-----BEGIN PRIVATE KEY-----\n${canaries.plant('damaged key')}\n-----END PRIVATE KEY-----`,
      },
    )
    await call(
      'POST',
      '/v1/credentials',
      undefined,
      `{"name": "x", "secrets": "${canaries.plant('bad JSON')}`,
    )
    await api.withKey(`bsr_x_${canaries.plant('made-up key')}`).call('GET', '/v1/credentials')
    await call('GET', '/v1/credentials?limit=x')
    await call('DELETE', '/v1/credentials/exchanged')
    await awaitUntil('the metrics know of it', async () => {
      return (await (await fetch(`${node.url}/metrics`)).text()).includes('bursar_exchanges_total')
    })
    expect(canaries.names.length).toBeGreaterThan(50)
  })

  test('are in no answer', async () => {
    for (const path of [
      '/v1/credentials?limit=500',
      '/v1/audit?limit=500',
      '/v1/status',
      '/v1/callers',
      '/v1/providers',
      '/openapi.json',
      '/metrics',
    ]) {
      await call('GET', path)
    }
    const { body } = await api.call('GET', '/v1/credentials?limit=500')
    for (const { name } of body.items) {
      await call('GET', `/v1/credentials/${name}`)
      await call('GET', `/v1/credentials/${name}/exchanges?limit=500`)
      await call('POST', '/v1/explain', { credential: name, url: provider.apiUrl, method: 'GET' })
    }
    expect(answers.length).toBeGreaterThan(100)
    expect(
      answers.map(([what, text]) => [what, canaries.findIn(text)]).filter(([, found]) => found!.length > 0),
    ).toEqual([])
  })

  test('are in no log line', async () => {
    expect(node.stdout()).toContain('"event":"exchange"')
    const lines = `${node.stdout()}\n${node.stderr()}`.split('\n')
    expect(lines.filter((line) => canaries.findIn(line).length > 0)).toEqual([])
  })

  test('are not among the arguments of the process', async () => {
    expect(canaries.findIn(await readFile(`/proc/${node.pid}/cmdline`))).toEqual([])
  })

  test('are in no file, neither while it runs nor after', async () => {
    const found = async () => {
      const files = await readdir(node.dataDir, { recursive: true, withFileTypes: true })
      const names = files.filter((file) => file.isFile()).map((file) => join(file.parentPath, file.name))
      expect(names.join()).toContain('bursar.db')
      const seen = await Promise.all(names.map(async (name) => [name, canaries.findIn(await readFile(name))]))
      return seen.filter(([, each]) => each!.length > 0)
    }
    expect(await found()).toEqual([])
    expect(await node.end('SIGTERM')).toBe(0)
    expect(await found()).toEqual([])
  })
})

describe('what holds a secret', () => {
  test('does not show it when it is printed', async () => {
    const broker = await startTestBroker()
    const seen = new Canaries()
    const token = seen.plant('access token')
    provider.behave(() => ({
      access_token: token,
      refresh_token: seen.plant('refresh token'),
      expires_in: 60,
    }))
    await broker.api.create(refreshing(provider, 'printed', seen.plant('secret')))
    const { operations } = broker.broker
    const caller = await operations.authenticate(broker.api.key)
    const things = [
      new Secret(seen.plant('bare')),
      await operations.useToken(caller, 'printed', 'token', 0),
      await operations.getCredential(caller, 'printed'),
      await operations.exchangeNow(caller, 'printed'),
      broker.broker,
    ]
    for (const thing of things) {
      expect(seen.findIn(inspect(thing, { depth: 20, showHidden: true }))).toEqual([])
      if (thing !== broker.broker) expect(seen.findIn(JSON.stringify(thing))).toEqual([])
      expect(seen.findIn(`${thing}`)).toEqual([])
    }
    await broker.close()
  })

  test('the search itself finds a value in every form it claims to', () => {
    const some = new Canaries()
    const value = some.add('it', 'cnry27382eea823af7ff8c736759f135d5')
    const forms = [
      value,
      `x${btoa(`Basic me:${value}:x`)}`,
      Buffer.from(`ab${value}c`).toString('base64url'),
      Buffer.from(value).toString('hex').toUpperCase(),
      [...value].map((character) => `%${character.charCodeAt(0).toString(16)}`).join(''),
    ]
    for (const form of forms) expect([form, some.findIn(`before ${form} after`)]).toEqual([form, ['it']])
    expect(some.findIn('nothing here')).toEqual([])
  })
})
