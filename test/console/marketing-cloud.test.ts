import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN_KEY } from '../broker.ts'
import { type ActivityServer, answering, startActivity } from '../marketing-cloud/activity-server.ts'
import {
  clientCredentials,
  restActivity,
  secured,
  startTokenEndpoint,
  type TokenEndpoint,
} from '../marketing-cloud/world.ts'
import { type Console, startConsole } from './console.ts'
import { expectFits } from './fits.ts'

let console_: Console
let activity: ActivityServer
let tokens: TokenEndpoint
beforeAll(async () => {
  ;[console_, activity, tokens] = await Promise.all([startConsole(), startActivity(), startTokenEndpoint()])
})
afterAll(() => Promise.all([console_.close(), activity.close(), tokens.close()]))

const SECRET = 'secret-of-the-client'
const everythingIn = (page: Page) =>
  page.evaluate(() =>
    [
      document.documentElement.outerHTML,
      JSON.stringify({ ...localStorage, ...sessionStorage }),
      location.href,
    ].join(),
  )

const config = () =>
  restActivity(
    {
      url: `${activity.url}/execute`,
      inArguments: [{ email: '{{Contact.Attribute.Email}}' }],
      ...secured('orders & co'),
    },
    {
      configurationArguments: {
        validate: { url: `${activity.url}/validate`, ...secured('orders & co') },
        publish: { url: `${activity.url}/publish`, ...secured('orders & co') },
      },
    },
  )

test('a security context is made by the form, and its secret stays nowhere', async () => {
  const opened = await console_.open('/marketing-cloud?tab=contexts')
  const { page, button, field } = opened
  await button('New security context').click()
  await field('Grant').selectOption('client_credentials')
  await field(/^Name/).fill('Orders')
  await field('External key').fill('orders & co')
  await field('Token endpoint').fill(`${tokens.url}/token`)
  await field('Client id').fill('orders')
  await field('Client secret').fill(SECRET)
  await opened.expectAccessible()
  await button('Create it').click()
  // The one thing that is missing is said where it belongs.
  await expect
    .poll(() => page.getByLabel('Valid service URLs, 1').getAttribute('aria-invalid').then(Boolean))
    .toBe(false)
  await page.getByText('One field needs another look.').waitFor()
  await page.getByLabel('Valid service URLs, 1').fill(`${activity.url}/`)
  await button('Create it').click()
  await page.getByRole('heading', { name: 'Orders', exact: true }).waitFor()
  await page.getByText('Active', { exact: true }).waitFor()
  expect(await everythingIn(page)).not.toContain(SECRET)
  await opened.expectAccessible()
})

test('a security context is changed without naming its secret again', async () => {
  const opened = await console_.open(`/marketing-cloud/contexts/${encodeURIComponent('orders & co')}`)
  const { page, button, field } = opened
  await button('Change').click()
  await field('Scope').fill('orders.write')
  await opened.expectAccessible()
  await button('Save').click()
  await page.getByText('orders.write').waitFor()
  await expect.poll(() => tokens.calls.at(-1)?.members.scope).toBe('orders.write')
  expect(tokens.calls.at(-1)?.members.client_secret).toBe(SECRET)
})

test('an activity is registered, refused while it is not sound, published, and tried with one contact', async () => {
  const opened = await console_.open('/marketing-cloud')
  const { page, button, field } = opened
  await page.getByText('No activity is registered yet').waitFor()
  await opened.expectAccessible()
  await button('Register an activity').click()
  await page.getByLabel('The config.json itself').check()
  await field('config.json').last().fill(JSON.stringify(config()))
  await opened.expectAccessible()
  await button('Register').last().click()
  // Without an applicationExtensionKey it has to be named.
  await page.getByRole('dialog').getByRole('alert').waitFor()
  await page.getByRole('dialog').getByLabel('Key', { exact: true }).fill('discount')
  await button('Register').last().click()
  await page.getByRole('heading', { name: 'Order discount', exact: true }).waitFor()
  await page.getByText('Draft', { exact: true }).waitFor()
  await opened.expectAccessible()

  activity.behave('/publish', answering(500))
  await button('Publish').click()
  await page.getByText(/publish did not go through/).waitFor()
  await page.getByText('Draft', { exact: true }).waitFor()
  await opened.expectAccessible()
  activity.behave('/publish', () => ({}))
  await button('Publish').click()
  await page.getByText('Published', { exact: true }).waitFor()
  await page.getByText('What was called for publish').waitFor()

  activity.behave('/execute', () => ({ discount: 15 }))
  await button('Execute').click()
  await page.getByText('Sent', { exact: true }).first().waitFor()
  expect(await page.getByLabel('out-arguments', { exact: true }).textContent()).toContain('15')
  const call = activity.calls.at(-1)!
  expect(call.inArguments).toEqual({ email: 'ada@example.com' })
  expect(call.headers.authorization).toMatch(/^Bearer token-/)
  await opened.expectAccessible()

  await field('Contact').fill('{"key": "nobody"}')
  await button('Execute').click()
  await page.getByText('Ejected', { exact: true }).first().waitFor()
})

test('a run is followed, with its counts and the result of each contact', async () => {
  activity.behave('/execute', ({ inArguments }, response) =>
    inArguments.email === 'no' ? answering(400)(undefined as never, response) : {},
  )
  const lines = ['yes', 'no', 'yes'].map((Email, index) =>
    JSON.stringify({ key: `c${index}`, attributes: { Email } }),
  )
  const answer = await fetch(`${console_.broker.url}/marketing-cloud/activities/discount/execute`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN_KEY}`, 'Content-Type': 'application/x-ndjson' },
    body: `${lines.join('\n')}\nno contact\n`,
  })
  await answer.text()
  const opened = await console_.open('/marketing-cloud/activities/discount')
  const { page } = opened
  await page.getByRole('table', { name: 'Runs' }).getByText('Finished').waitFor()
  await page.getByRole('table', { name: 'Runs' }).getByRole('link').first().click()
  const results = page.getByRole('table', { name: 'Results' })
  await results.getByText('Sent').first().waitFor()
  expect(await results.getByRole('row').count()).toBe(5)
  await opened.expectAccessible()
  await page.getByLabel('Outcome').selectOption('invalid')
  await expect.poll(() => results.getByRole('row').count()).toBe(2)
  expect(new URL(page.url()).searchParams.get('outcome')).toBe('invalid')
})

test('an activity is stopped after a question, and deleted by its name', async () => {
  const opened = await console_.open('/marketing-cloud/activities/discount')
  const { page, button } = opened
  await button('More actions').click()
  await page.getByRole('menuitem', { name: 'Stop' }).click()
  await opened.expectAccessible()
  await button('Stop it').click()
  await page.getByText('Stopped', { exact: true }).waitFor()
  await button('More actions').click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByLabel('Type discount to confirm').fill('discount')
  await button('Delete the activity').click()
  await page.getByText('No activity is registered yet').waitFor()
})

test('a Salt key goes in, is never shown, and goes again', async () => {
  const opened = await console_.open('/marketing-cloud?tab=salt-keys')
  const { page, button, field } = opened
  const key = `0x${'5a'.repeat(32)}`
  await button('New Salt key').click()
  await field(/^Name/).fill('Bodies')
  await field('External key').fill('bodies')
  await page.getByLabel('Key *', { exact: true }).fill('not hexadecimal')
  await button('Create the key').click()
  await page.getByText(/A Salt key is 0x/).waitFor()
  await page.getByLabel('Key *', { exact: true }).fill(key)
  await button('Create the key').click()
  await page.getByRole('table', { name: 'Salt keys' }).getByText('32 bytes').waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await everythingIn(page)).not.toContain(key)
  await opened.expectAccessible()
  await button('Delete bodies').click()
  await page.getByLabel('Type bodies to confirm').fill('bodies')
  await button('Delete the key').click()
  await page.getByText('No Salt key yet').waitFor()
})

test.each([360, 2560])('the pages of Marketing Cloud fit a window of %i pixels', async (width) => {
  await console_.broker.api.call('POST', '/marketing-cloud/security-contexts?wait=20', {
    ...clientCredentials(tokens),
    externalKey: `at-${width}`,
    validServiceUrls: [`${activity.url}/`],
  })
  await console_.broker.api.call('POST', '/marketing-cloud/activities', {
    key: `at-${width}`,
    config: restActivity({ url: `${activity.url}/execute`, ...secured(`at-${width}`) }),
  })
  const opened = await console_.open('/marketing-cloud', { width, theme: 'dark' })
  for (const path of [
    '',
    '?tab=contexts',
    '?tab=salt-keys',
    `/activities/at-${width}`,
    `/contexts/at-${width}`,
  ]) {
    await opened.goto(`/marketing-cloud${path}`)
    await opened.page.getByRole('heading', { level: 2 }).first().waitFor()
    await expectFits(opened)
  }
})
