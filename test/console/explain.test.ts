import { afterAll, beforeAll, expect, test } from 'vitest'
import { clientCredentials, type Provider, startProvider } from '../provider.ts'
import { type Console, startConsole } from './console.ts'
import { expectFits } from './fits.ts'

let console_: Console
let provider: Provider
beforeAll(async () => {
  ;[console_, provider] = await Promise.all([startConsole(), startProvider()])
  const { api } = console_.broker
  await api.create({
    ...clientCredentials(provider, 'sales-crm'),
    destinations: ['https://other.example.com/', { url: 'https://api.example.com/v1/', methods: ['GET'] }],
  })
  await api.create(clientCredentials(provider, 'resting'))
  await api.call('POST', '/v1/credentials/resting/pause')
  await api.create(clientCredentials(provider, 'lacking', { injection: { output: 'id_token' } }))
})
afterAll(() => Promise.all([console_.close(), provider.close()]))

test('a URL, a method and a credential lead to a decision with the reason of each rule', async () => {
  const { page, field, button, expectAccessible } = await console_.open('/explain')
  await expectAccessible()
  await field(/^Credential/).fill('sales-crm')
  await field(/^URL/).fill('https://api.example.com/v1/orders?token=in-the-query')
  await button('Explain').click()
  await page.getByText('The token goes with this request.').waitFor()
  await page.getByText('The rule https://api.example.com/v1/ allows it.').waitFor()
  const address = new URL(page.url()).searchParams
  expect(address.get('url')).toBe('https://api.example.com/v1/orders')
  expect(address.get('credential')).toBe('sales-crm')

  await field('Method').selectOption('DELETE')
  await button('Explain').click()
  await page.getByText('The token does not go with this request.').waitFor()
  await page
    .getByText('The rule allows GET, HEAD, not DELETE.')
    .or(page.getByText(/rule allows GET/))
    .waitFor()
  await page.getByText('The host api.example.com is not other.example.com.').waitFor()
  await expectAccessible()
})

test('a caller is asked for its rights first', async () => {
  const { body } = await console_.broker.api.call('POST', '/v1/callers', {
    name: 'stranger',
    scopes: ['tokens:hr-*'],
  })
  const { page } = await console_.open(
    `/explain?credential=sales-crm&url=https%3A%2F%2Fapi.example.com%2Fv1%2Fa&caller=${body.id}`,
  )
  await page.getByText('The token does not go with this request.').waitFor()
  await page.getByText('stranger may not send requests through the proxy with it.').waitFor()
  await page.getByText('The rule https://api.example.com/v1/ allows it.').waitFor()
})

test('a paused credential sends nothing, a URL that can be read two ways matches nothing', async () => {
  const target = encodeURIComponent(`${provider.apiUrl}x`)
  const { page, field, button } = await console_.open(`/explain?credential=resting&url=${target}`)
  await page.getByText('The credential is paused.').waitFor()
  await page.getByText('The token does not go with this request.').waitFor()
  await field(/^URL/).fill('https://api.example.com/v1/%2e%2e/admin')
  await button('Explain').click()
  await page.getByText('Not asked').first().waitFor()
})

test('a token without what goes into requests is not sent, though a rule covers the URL', async () => {
  const target = encodeURIComponent(`${provider.apiUrl}x`)
  const { page } = await console_.open(`/explain?credential=lacking&url=${target}`)
  await page.getByText('The token does not go with this request.').waitFor()
  await page.getByText('The last exchange did not bring the output that the recipe injects.').waitFor()
  await page.getByText(`The rule ${provider.apiUrl} allows it.`).waitFor()
})

test('a credential that does not exist is said so, and what was typed stays', async () => {
  const { page, field, button } = await console_.open('/explain')
  await field(/^Credential/).fill('nobody')
  await field(/^URL/).fill('https://api.example.com/')
  await button('Explain').click()
  await page.getByRole('alert').waitFor()
  await expect.poll(() => field(/^URL/).inputValue()).toBe('https://api.example.com/')
})

test('explaining works on a telephone, in the dark', async () => {
  const opened = await console_.open(
    '/explain?credential=sales-crm&url=https%3A%2F%2Fapi.example.com%2Fv1%2Fa',
    { width: 360, theme: 'dark' },
  )
  await opened.page.getByText('The token goes with this request.').waitFor()
  await expectFits(opened)
})
