import { generateKeyPairSync } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { type BrokerProcess, endBrokerProcesses, startBrokerProcess, temporaryFolder } from '../broker.ts'
import { Canaries } from '../canary.ts'
import { startTokenServer, type TokenServer } from './token-server.ts'
import { type Call, callerOf, change, create, type Json, to } from './world.ts'

const canaries = new Canaries()
const answers: string[] = []
let node: BrokerProcess
let tokens: TokenServer

beforeAll(async () => {
  tokens = await startTokenServer()
  node = await startBrokerProcess(await temporaryFolder(), {
    BURSAR_LOG_LEVEL: 'debug',
    BURSAR_REACTOR_GOOGLE_TOKEN_URL: `${tokens.url}/token`,
    BURSAR_REACTOR_GOOGLE_AUTHORIZATION_URL: `${tokens.url}/authorize`,
    BURSAR_REACTOR_GOOGLE_CLIENT_ID: 'client',
    BURSAR_REACTOR_GOOGLE_CLIENT_SECRET: canaries.plant('client secret of the registration'),
  })
})
afterAll(async () => {
  endBrokerProcesses()
  await tokens?.close()
})

test('what is secret of a secret is in no answer, no log line and no file', async () => {
  const raw = callerOf(node.api)
  const call: Call = async (...rest) => {
    const answer = await raw(...rest)
    answers.push(JSON.stringify([...answer.headers]) + answer.text)
    return answer
  }
  const company = (await call('GET', '/companies')).body.data[0].id
  const made = async (path: string, document: Json) => (await call('POST', path, document)).body.data.id
  const property = await made(
    `/companies/${company}/properties`,
    create('properties', { name: 'p', platform: 'edge' }),
  )
  const environment = await made(
    `/properties/${property}/environments`,
    create('environments', { name: 'e' }),
  )
  const related = { environment: to('environments', environment) }
  const path = `/properties/${property}/secrets`
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const privateKey = key.export({ type: 'pkcs8', format: 'pem' }) as string
  canaries.add('private key', privateKey.split('\n')[5]!)
  const token_url = `${tokens.url}/token`
  const types: Record<string, Json> = {
    token: { token: canaries.plant('token') },
    'simple-http': { username: 'u', password: canaries.plant('password') },
    'oauth2-client_credentials': {
      client_id: 'c',
      client_secret: canaries.plant('client secret'),
      token_url,
    },
    'oauth2-jwt': {
      iss: 'i',
      aud: 'a',
      ttl: 7_200,
      alg: 'RS256',
      private_key: privateKey,
      token_url,
      options: { client_id: 'c', client_secret: canaries.plant('client secret among options') },
    },
    'oauth2-google': { scopes: ['https://www.googleapis.com/auth/pubsub'] },
  }
  const ids: string[] = []
  for (const [type_of, credentials] of Object.entries(types)) {
    // A server of bad manners says back what it was sent.
    const sent = Object.values(credentials).filter((value) => typeof value === 'string')
    for (const answer of [
      { body: { access_token: canaries.plant(`access token of ${type_of}`), expires_in: 86_400 } },
      { status: 400, body: { error: 'invalid_client', error_description: sent.join(' ') } },
      { status: 200, body: { access_token: canaries.plant(`short token of ${type_of}`), expires_in: 60 } },
      { status: 500, raw: sent.join('\n'), type: 'text/plain' },
    ]) {
      tokens.answer = answer
      const id = await made(
        path,
        create('secrets', { name: `s-${ids.length}`, type_of, credentials }, related),
      )
      ids.push(id)
      await awaitUntil('it has settled', async () => {
        const { body } = await call('GET', `/secrets/${id}`)
        return body.data.attributes.status !== 'pending'
      })
      await call('PATCH', `/secrets/${id}`, change('secrets', id, { meta: { action: 'retry' } }))
    }
  }
  // What is refused is not said back either.
  for (const credentials of [
    { token: [canaries.plant('in a list')] },
    { token: 7, secret: canaries.plant('in an unknown member') },
    {
      client_id: 'c',
      token_url: `${token_url}?client_secret=${canaries.plant('in a URL')}`,
      client_secret: 'x',
    },
    {
      client_id: 'c',
      client_secret: 'x',
      token_url,
      options: { client_secret: canaries.plant('in options') },
    },
  ]) {
    for (const type_of of ['token', 'oauth2-client_credentials'])
      await call('POST', path, create('secrets', { name: 'refused', type_of, credentials }))
  }
  const broken = `{"data":{"type":"secrets","attributes":{"credentials":{"token":"${canaries.plant('broken JSON')}`
  await call('POST', path, undefined, { raw: broken })
  for (const list of [path, `/environments/${environment}/secrets`])
    await call('GET', `${list}?page[size]=100`)
  for (const id of ids) {
    const name = `reactor.${id.toLowerCase()}`
    for (const below of ['', '/exchanges?limit=100'])
      answers.push((await node.api.call('GET', `/v1/credentials/${name}${below}`)).text)
  }
  answers.push((await node.api.call('GET', '/v1/audit?limit=500')).text)
  expect(answers.filter((answer) => canaries.findIn(answer).length > 0)).toEqual([])

  const lines = `${node.stdout()}\n${node.stderr()}`.split('\n')
  expect(lines.filter((line) => canaries.findIn(line).length > 0)).toEqual([])
  expect(await node.end('SIGTERM')).toBe(0)
  const files = await readdir(node.dataDir, { recursive: true, withFileTypes: true })
  for (const file of files.filter((each) => each.isFile())) {
    const found = canaries.findIn(await readFile(join(file.parentPath, file.name)))
    expect([file.name, found]).toEqual([file.name, []])
  }
})
