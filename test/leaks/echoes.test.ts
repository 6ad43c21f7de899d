import { afterAll, beforeAll, expect, test } from 'vitest'
import { type BrokerProcess, endBrokerProcesses, startBrokerProcess, temporaryFolder } from '../broker.ts'
import { Canaries } from '../canary.ts'
import { sendJson } from '../http-server.ts'
import { type Provider, startProvider, type TokenCall } from '../provider.ts'
import { findInAnswers, findInFiles, findInProcess, readableAnswers } from './sinks.ts'

const canaries = new Canaries()
let node: BrokerProcess
let provider: Provider
const answers: Array<[string, string]> = []

beforeAll(async () => {
  provider = await startProvider()
  node = await startBrokerProcess(await temporaryFolder(), { BURSAR_LOG_LEVEL: 'debug' })
})
afterAll(async () => {
  endBrokerProcesses()
  await provider?.close()
})

async function call(method: string, path: string, body?: unknown): Promise<void> {
  const answer = await node.api.call(method, path, body)
  answers.push([`${method} ${path}`, JSON.stringify([...answer.headers]) + answer.text])
}

/** The client secret where a provider puts it that answers with a token all the same. */
const PLACES: ReadonlyArray<readonly [place: string, echo: (secret: string) => Record<string, unknown>]> = [
  ['token_type', (secret) => ({ token_type: secret })],
  ['token_type behind a word', (secret) => ({ token_type: `Bearer ${secret}` })],
  ['scope', (secret) => ({ scope: secret })],
  ['expires_in', (secret) => ({ expires_in: secret })],
  ['expires_in within a text', (secret) => ({ expires_in: `3600 ${secret}` })],
  ['a member of its own', (secret) => ({ [secret]: secret, client_secret: secret })],
  ['id_token', (secret) => ({ id_token: secret })],
  ['issued_token_type', (secret) => ({ issued_token_type: `urn:${secret}` })],
  ['error_description beside a token', (secret) => ({ error_description: secret })],
  ['warning', (secret) => ({ warning: { message: secret, code: secret } })],
]

test.each(PLACES)('a token answer with the client secret as %s shows it nowhere', async (place, echo) => {
  const secret = canaries.plant(place)
  const name = `e-${place.replaceAll(/[^a-z]+/g, '-')}`
  const token = canaries.plant(`access token, ${place}`)
  provider.behave((request: TokenCall, response) => {
    const sent = request.form.get('client_secret')!
    sendJson(
      response,
      200,
      { access_token: token, token_type: 'Bearer', expires_in: 3600, ...echo(sent) },
      {
        'X-Secret': encodeURIComponent(sent),
        'X-Request-Id': Buffer.from(sent).toString('base64'),
        'Retry-After': encodeURIComponent(sent),
        Date: encodeURIComponent(sent),
        ETag: Buffer.from(sent).toString('hex'),
      },
    )
  })
  const recipe = {
    grant: 'client_credentials',
    token_url: provider.tokenUrl,
    revocation_url: `${provider.url}/revoke`,
    client_id: 'client',
    client_auth: 'client_secret_post',
  }
  const body = { name, recipe, secrets: { client_secret: secret }, destinations: [provider.apiUrl] }
  await call('POST', '/v1/validate', body)
  await call('POST', '/v1/credentials?wait=20', body)
  await call('POST', `/v1/credentials/${name}/exchange`)
  await call('GET', `/v1/credentials/${name}`)
  await call('POST', '/v1/explain', { credential: name, url: provider.apiUrl, method: 'GET' })
  answers.push(...(await readableAnswers(node.api)))
  provider.behave((request, response) =>
    sendJson(response, 400, {
      error: request.form.get('token'),
      error_description: [...request.form.values()].join(),
    }),
  )
  await call('DELETE', `/v1/credentials/${name}`)
  expect(findInAnswers(answers, canaries)).toEqual([])
  expect(await findInProcess(node, canaries)).toEqual([])
  expect(await findInFiles(node.dataDir, canaries)).toEqual([])
})
