import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Answer } from '../api.ts'
import { type BrokerProcess, endBrokerProcesses, startBrokerProcess, temporaryFolder } from '../broker.ts'
import { Canaries } from '../canary.ts'
import { exchangeRaw, rawRequest } from '../fence/wire.ts'
import { clientCredentials, countingTokens, type Provider, startProvider } from '../provider.ts'
import { findInAnswers, findInFiles, findInProcess, readableAnswers } from './sinks.ts'

/** What people put in the wrong place. A broker that refused it must not have kept or written it anywhere. */
const canaries = new Canaries()
const plant = (place: string) => canaries.plant(place)
let node: BrokerProcess
let provider: Provider
const refused: Array<[string, Answer]> = []

beforeAll(async () => {
  provider = await startProvider(countingTokens())
  node = await startBrokerProcess(await temporaryFolder(), { BURSAR_LOG_LEVEL: 'debug' })
  await node.api.create(clientCredentials(provider, 'there'))
})
afterAll(async () => {
  endBrokerProcesses()
  await provider?.close()
})

interface Refusal {
  /** The answer goes back to who sent it; of values it must say nothing even so. */
  status: number
  place: string
  send: (canary: string) => Promise<Answer>
}

const base = (recipe: Record<string, unknown>, rest: Record<string, unknown> = {}) => ({
  ...clientCredentials(provider, 'wrong', recipe),
  ...rest,
})
const create = (body: unknown) => node.api.call('POST', '/v1/credentials', body)
const raw = (path: string, text: string, headers: Record<string, string> = {}) =>
  node.api.call('POST', path, undefined, {
    raw: text,
    headers: { 'Content-Type': 'application/json', ...headers },
  })

const REFUSALS: readonly Refusal[] = [
  ...[
    'client_secret',
    'clientSecret',
    'client-secret',
    'password',
    'private_key',
    'refresh_token',
    'token',
  ].flatMap((member): Refusal[] => [
    { place: `recipe ${member}`, status: 422, send: (it) => create(base({ [member]: it })) },
    { place: `body ${member}`, status: 422, send: (it) => create(base({}, { [member]: it })) },
    {
      place: `extra_params ${member}`,
      status: 422,
      send: (it) => create(base({ extra_params: { [member]: it } })),
    },
    { place: `labels ${member}`, status: 422, send: (it) => create(base({}, { labels: { [member]: it } })) },
    {
      place: `query of token_url ${member}`,
      status: 422,
      send: (it) =>
        create(base({ token_url: `${provider.tokenUrl}?${new URLSearchParams({ [member]: it })}` })),
    },
    {
      place: `patch ${member}`,
      status: 422,
      send: (it) => node.api.call('PATCH', '/v1/credentials/there', { recipe: { [member]: it } }),
    },
    {
      place: `provider ${member}`,
      status: 422,
      send: (it) =>
        node.api.call('POST', '/v1/providers', {
          name: 'p',
          recipe: { grant: 'client_credentials', token_url: provider.tokenUrl, client_id: 'x', [member]: it },
        }),
    },
  ]),
  {
    place: 'extra header',
    status: 422,
    send: (it) => create(base({ extra_headers: { Authorization: it } })),
  },
  { place: 'cookie', status: 422, send: (it) => create(base({ extra_headers: { cookie: it } })) },
  {
    place: 'user name',
    status: 422,
    send: (it) => create(base({ token_url: `https://me:${encodeURIComponent(it)}@idp.test/` })),
  },
  { place: 'fragment', status: 422, send: (it) => create(base({ token_url: `https://idp.test/#${it}` })) },
  { place: 'not a URL', status: 422, send: (it) => create(base({ token_url: it })) },
  { place: 'destination', status: 422, send: (it) => create(base({}, { destinations: [it] })) },
  {
    place: 'destination query',
    status: 422,
    send: (it) => create(base({}, { destinations: [`https://a.test/?key=${it}`] })),
  },
  {
    place: 'destination user',
    status: 422,
    send: (it) => create(base({}, { destinations: [`https://u:${encodeURIComponent(it)}@a.test/`] })),
  },
  {
    place: 'method',
    status: 422,
    send: (it) => create(base({}, { destinations: [{ url: 'https://a.test/', methods: [it] }] })),
  },
  {
    place: 'secret as a list',
    status: 422,
    send: (it) => create(base({}, { secrets: { client_secret: [it] } })),
  },
  {
    place: 'secret as an object',
    status: 422,
    send: (it) => create(base({}, { secrets: { client_secret: { value: it } } })),
  },
  {
    place: 'secret behind an odd source',
    status: 422,
    send: (it) => create(base({}, { secrets: { client_secret: { from: 'env', name: `${it} ` } } })),
  },
  {
    place: 'secret of an unknown name',
    status: 422,
    send: (it) => create(base({}, { secrets: { api_key: it } })),
  },
  { place: 'secrets as a text', status: 422, send: (it) => create(base({}, { secrets: it })) },
  { place: 'number for a scope', status: 422, send: (it) => create(base({ scope: [[it]] })) },
  { place: 'environment', status: 422, send: (it) => create(base({}, { environment: `${it} ` })) },
  { place: 'lifetime', status: 422, send: (it) => create(base({ lifetime: { default_expires_in: it } })) },
  { place: 'injection', status: 422, send: (it) => create(base({ injection: { header: `${it} ` } })) },
  {
    place: 'scopes of a caller',
    status: 422,
    send: (it) => node.api.call('POST', '/v1/callers', { name: 'x', scopes: [`${it} `] }),
  },
  {
    place: 'end of a caller',
    status: 422,
    send: (it) => node.api.call('POST', '/v1/callers', { name: 'x', scopes: ['admin'], expires_at: it }),
  },
  {
    place: 'method to explain',
    status: 422,
    send: (it) => node.api.call('POST', '/v1/explain', { credential: 'there', url: 'x', method: [it] }),
  },
  {
    place: 'broken JSON',
    status: 400,
    send: (it) => raw('/v1/credentials', `{"secrets": {"client_secret": "${it}`),
  },
  {
    place: 'JSON with a member twice',
    status: 400,
    send: (it) => raw('/v1/credentials', `{"a":1,"a":${JSON.stringify(it)}}`),
  },
  { place: 'no JSON', status: 400, send: (it) => raw('/v1/validate', `client_secret=${it}`) },
  {
    place: 'another media type',
    status: 415,
    send: (it) => raw('/v1/credentials', `client_secret=${it}`, { 'Content-Type': 'text/plain' }),
  },
  {
    place: 'a media type',
    status: 415,
    send: (it) => raw('/v1/credentials', '{}', { 'Content-Type': `text/${Buffer.from(it).toString('hex')}` }),
  },
  {
    place: 'a limit',
    status: 422,
    send: (it) => node.api.call('GET', `/v1/credentials?limit=${encodeURIComponent(it)}`),
  },
  {
    place: 'a cursor',
    status: 422,
    send: (it) => node.api.call('GET', `/v1/audit?cursor=${encodeURIComponent(it)}`),
  },
  {
    place: 'an Authorization that is no key',
    status: 401,
    send: (it) =>
      node.api.call('GET', '/v1/status', undefined, { headers: { Authorization: `Basic ${btoa(it)}` } }),
  },
  {
    place: 'a key that is not known',
    status: 401,
    send: (it) => node.api.call('GET', '/v1/status', undefined, { key: `bsr_x_${encodeURIComponent(it)}` }),
  },
  {
    place: 'min_ttl',
    status: 422,
    send: (it) => node.api.token('there', `?min_ttl=${encodeURIComponent(it)}`),
  },
]

test('what was refused is neither repeated nor kept nor written', async () => {
  for (const { place, status, send } of REFUSALS) {
    const answer = await send(plant(place))
    expect([place, answer.status], answer.text).toEqual([place, status])
    refused.push([place, answer])
  }
  const texts = refused.map(([place, answer]): [string, string] => [
    place,
    JSON.stringify([...answer.headers]) + answer.text,
  ])
  expect(findInAnswers(texts, canaries)).toEqual([])
  expect(findInAnswers(await readableAnswers(node.api), canaries)).toEqual([])
  expect(await findInFiles(node.dataDir, canaries)).toEqual([])
  expect(await findInProcess(node, canaries)).toEqual([])
})

test('secrets where only the sender sees them again are in no log and no file', async () => {
  // Names are shown to whoever sent them, so that the place can be found.
  await create(base({ [plant('member of a recipe')]: 1 }))
  await create(base({ grant: plant('grant') }))
  await create(base({}, { name: `A ${plant('name')}` }))
  await create(base({}, { labels: { [plant('name of a label')]: 'x' } }))
  await create(base({}, { provider: plant('provider') }))
  await create({ [plant('member')]: 1 })
  await raw('/v1/credentials', `{"${plant('member twice')}": 1, "x": [`)
  await node.api.call('GET', `/v1/credentials?${encodeURIComponent(plant('query'))}=1`)
  await node.api.call('GET', `/v1/nothing?token=${encodeURIComponent(plant('query of nothing'))}`)
  await fetch(
    `${node.url}/oauth/callback?${new URLSearchParams({ state: plant('state'), code: plant('code'), error_description: plant('description') })}`,
  )
  await node.api.proxy(
    encodeURIComponent(plant('credential of the proxy')),
    `https://a.test/?key=${encodeURIComponent(plant('proxied query'))}`,
  )
  await node.api.proxy(
    'there',
    `https://${encodeURIComponent(plant('proxied host'))}.test/${encodeURIComponent(plant('proxied path'))}`,
  )
  await node.api.call('POST', '/v1/explain', {
    credential: 'there',
    url: `https://a.test/${plant('explained')}`,
    method: 'GET',
  })
  const key = canaries.add('key in a path', 'bsr_pasted_0123456789abcdefghijklmnop')
  for (const path of [
    `/v1/credentials/${key}`,
    `/v1/${key}`,
    `/${key}`,
    `/v1/credentials/x/${key}`,
    `/v1/providers/${key}`,
  ])
    await node.api.call('GET', path)
  await node.api.call('GET', '/v1/status', undefined, { headers: { 'X-Request-Id': key } })
  for (const header of [
    'X-Api-Key',
    'Cookie',
    'User-Agent',
    'Referer',
    'Origin',
    'X-Forwarded-For',
    'Traceparent',
  ])
    await exchangeRaw(
      node.url,
      rawRequest('GET', '/v1/status', [`${header}: ${plant(header)}`, 'Connection: close']),
    )
  await exchangeRaw(node.url, `GET /${plant('no HTTP')}\r\n${plant('no header')}\r\n\r\n`)
  expect(await findInFiles(node.dataDir, canaries)).toEqual([])
  expect(await findInProcess(node, canaries)).toEqual([])
  expect(findInAnswers(await readableAnswers(node.api), canaries)).toEqual([])
})
