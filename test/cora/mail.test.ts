import {
  ExchangeService,
  ExchangeVersion,
  ItemView,
  OAuthCredentials,
  Uri,
  WellKnownFolderName,
} from 'ews-javascript-api'
import { ImapFlow } from 'imapflow'
import { expect, onTestFinished, test } from 'vitest'
import { startTestBroker } from '../broker.ts'
import { startExchangeServer } from '../mail/exchange-server.ts'
import { startImapServer } from '../mail/imap-server.ts'
import { countingTokens, startProvider } from '../provider.ts'

/** The founding document's example values. */
const CLIENT_ID = '01dref5-6778-4edrrt-bh5d-86a5jyadf8d'
const CLIENT_SECRET = 'jhyun/ku[ojubbj]/jhgfdrg^7*dfg&jkiu#bjshdm,ktttdg'
const SCOPE = 'https://outlook.office365.com/.default'

/** A broker with a credential as the console makes it, and a mailbox that takes its tokens. */
async function start() {
  const provider = await startProvider(countingTokens())
  const exchange = await startExchangeServer()
  const broker = await startTestBroker()
  onTestFinished(async () => {
    await broker.close()
    await exchange.close()
    await provider.close()
  })
  const { api } = broker
  const created = await api.create({
    name: 'sales-mailbox',
    recipe: {
      grant: 'client_credentials',
      token_url: provider.tokenUrl,
      client_id: CLIENT_ID,
      client_auth: 'client_secret_post',
      scope: SCOPE,
    },
    secrets: { client_secret: CLIENT_SECRET },
    destinations: [exchange.ewsUrl, provider.apiUrl],
  })
  expect(created.body.status).toBe('active')
  return { ...broker, provider, exchange }
}

async function callerKey(api: Awaited<ReturnType<typeof start>>['api'], scope: string): Promise<string> {
  return (await api.call('POST', '/v1/callers', { name: scope, scopes: [scope] })).body.key
}

/** Exchange Web Services through the injecting proxy: the base URL is the proxy's, and the key a header. */
function mailbox(url: string, key: string, ewsUrl: string): ExchangeService {
  const service = new ExchangeService(ExchangeVersion.Exchange2016)
  service.Url = new Uri(`${url}/proxy/sales-mailbox/${ewsUrl}`)
  // The client asks for credentials; the proxy drops what it sends and puts in the token.
  service.Credentials = new OAuthCredentials('put.in.by-bursar')
  service.HttpHeaders.Add('Bursar-Key', key)
  return service
}

const subjectsIn = async (service: ExchangeService) =>
  (await service.FindItems(WellKnownFolderName.Inbox, new ItemView(10))).Items.map(({ Subject }) => Subject)

test('C19: an EWS client reads a mailbox through the proxy with a credential of the list', async () => {
  const { url, api, exchange, provider } = await start()
  exchange.accepted.add('token-1')
  exchange.subjects.push('Invoice & reminder', 'Überweisung <2>')
  const key = await callerKey(api, 'proxy:sales-mailbox')
  expect(await subjectsIn(mailbox(url, key, exchange.ewsUrl))).toEqual([
    'Invoice & reminder',
    'Überweisung <2>',
  ])
  expect(exchange.calls).toMatchObject([{ action: 'FindItem' }])
  expect(exchange.calls[0]!.headers).not.toHaveProperty('bursar-key')
  expect(Object.fromEntries(provider.calls[0]!.form)).toEqual({
    grant_type: 'client_credentials',
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    scope: SCOPE,
  })
})

test('C19: a mailbox that takes the token no longer is read with a new one', async () => {
  const { url, api, exchange } = await start()
  exchange.accepted.add('token-2')
  exchange.subjects.push('Invoice')
  const service = mailbox(url, await callerKey(api, 'proxy:sales-mailbox'), exchange.ewsUrl)
  expect(await subjectsIn(service)).toEqual(['Invoice'])
})

test('C19: an IMAP client signs in with XOAUTH2 and the token of the token API', async () => {
  const { url, api } = await start()
  const imap = await startImapServer()
  onTestFinished(() => imap.close())
  imap.accepted.set('sales@example.com', 'token-1')
  imap.subjects.push('Invoice', 'Reminder "2"')
  const key = await callerKey(api, 'tokens:sales-mailbox')
  const answer = await fetch(`${url}/v1/credentials/sales-mailbox/token?min_ttl=60`, {
    headers: { Authorization: `Bearer ${key}` },
  })
  const { access_token: accessToken } = (await answer.json()) as { access_token: string }
  const auth = { user: 'sales@example.com', accessToken }
  const options = {
    host: '127.0.0.1',
    port: imap.port,
    secure: false,
    doSTARTTLS: false,
    logger: false,
  } as const
  const client = new ImapFlow({ ...options, auth })
  await client.connect()
  const lock = await client.getMailboxLock('INBOX')
  const subjects: unknown[] = []
  for await (const { envelope } of client.fetch('1:*', { envelope: true })) subjects.push(envelope?.subject)
  lock.release()
  await client.logout()
  expect(subjects).toEqual(['Invoice', 'Reminder "2"'])
  const stranger = new ImapFlow({ ...options, auth: { ...auth, accessToken: 'token-of-nobody' } })
  await expect(stranger.connect()).rejects.toMatchObject({ authenticationFailed: true })
})

test('C20: the same credential serves any other service, where its destinations say so', async () => {
  const { api, provider } = await start()
  expect((await api.proxy('sales-mailbox', `${provider.apiUrl}orders`)).status).toBe(200)
  expect(provider.apiCalls[0]!.headers.authorization).toBe('Bearer token-1')
  const elsewhere = await api.proxy('sales-mailbox', `${provider.url}/elsewhere`)
  expect([elsewhere.status, elsewhere.headers.get('bursar-error')]).toEqual([403, 'destination.refused'])
})

test('C28: a consumer chooses a stored credential by name, among those that it may use', async () => {
  const { api, provider } = await start()
  await api.create({
    name: 'orders-key',
    recipe: { grant: 'static_token' },
    secrets: { token: 'fixed-token' },
    destinations: [provider.apiUrl],
  })
  const consumer = api.withKey(await callerKey(api, 'proxy:orders-*'))
  expect((await consumer.proxy('orders-key', `${provider.apiUrl}orders`)).status).toBe(200)
  expect(provider.apiCalls.at(-1)!.headers.authorization).toBe('Bearer fixed-token')
  expect((await consumer.proxy('sales-mailbox', `${provider.apiUrl}orders`)).status).toBe(403)
  expect(provider.apiCalls).toHaveLength(1)
})

test('C29: the token is kept until near its end and not fetched for each call', async () => {
  const { url, api, exchange, provider, clock } = await start()
  exchange.accepted.add('token-1').add('token-2')
  const service = mailbox(url, await callerKey(api, 'proxy:sales-mailbox'), exchange.ewsUrl)
  for (let call = 0; call < 5; call += 1) await subjectsIn(service)
  expect(provider.calls).toHaveLength(1)
  clock.advance(3601)
  await subjectsIn(service)
  expect(provider.calls).toHaveLength(2)
})
