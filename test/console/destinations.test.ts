import { afterAll, beforeAll, expect, test } from 'vitest'
import { entryOf, example } from '../destination-sdk/examples.ts'
import { CLIENT_SECRET, type Moviestar, startMoviestar } from '../destination-sdk/moviestar.ts'
import { type Console, startConsole } from './console.ts'
import { expectFits } from './fits.ts'

let console_: Console
let moviestar: Moviestar
beforeAll(async () => {
  ;[console_, moviestar] = await Promise.all([
    startConsole({ lookup: async () => [{ address: '127.0.0.1', family: 4 }] }),
    startMoviestar(),
  ])
})
afterAll(() => Promise.all([console_.close(), moviestar.close()]))

const configuration = () => ({
  name: 'Moviestar',
  description: 'Sends audiences to Moviestar.',
  ...example('clientCredentials', moviestar.url),
})

test('a configuration is refused with its places, taken, and shown without its secrets', async () => {
  const opened = await console_.open('/destinations')
  const { page, button, field } = opened
  await page.getByText('No destination yet').waitFor()
  await opened.expectAccessible()
  await button('New destination').click()
  const broken = configuration()
  delete entryOf(broken).accessTokenUrl
  await field('Configuration').fill(JSON.stringify(broken))
  await button('Create it').click()
  await page
    .getByRole('dialog')
    .getByText(/\/customerAuthenticationConfigurations\/0\/accessTokenUrl/)
    .waitFor()
  await opened.expectAccessible()
  await field('Configuration').fill(JSON.stringify(configuration()))
  await field('Sandbox').fill('prod')
  await button('Create it').click()
  await page.getByRole('heading', { name: 'Moviestar', exact: true }).waitFor()
  await page.getByText('OAuth 2, client credentials').waitFor()
  await page.getByRole('heading', { name: 'Configuration', exact: true }).waitFor()
  expect(await page.content()).not.toContain(CLIENT_SECRET)
  await opened.expectAccessible()
})

test('a connect link is shown once, and whoever opens it becomes an account', async () => {
  const opened = await console_.open('/destinations')
  const { page, button, field } = opened
  await page.getByRole('link', { name: 'Moviestar' }).click()
  await button('New link').click()
  await field(/^Account/).fill('Not a name!')
  await button('Make the link').click()
  await expect.poll(() => field(/^Account/).getAttribute('aria-invalid')).toBe('true')
  await field(/^Account/).fill('moviestar-acme')
  await page.getByLabel('Destinations, 1').fill('https://api.moviestar.example/')
  await opened.expectAccessible()
  await button('Make the link').click()
  const url = await page.getByRole('alertdialog').locator('output').textContent()
  await page.getByLabel('I have kept it in a safe place').check()
  await button('Done').click()
  await page.getByRole('alertdialog').waitFor({ state: 'detached' })
  expect(await page.content()).not.toContain(url)

  const customer = await console_.browser.newPage()
  await customer.goto(url!)
  await customer.getByRole('button').first().click()
  await customer
    .getByText(/connected/i)
    .first()
    .waitFor()
  await customer.close()
  await page.reload()
  await page.getByRole('table', { name: 'Connected accounts' }).getByText('Active').waitFor()
  await page
    .getByRole('row', { name: /moviestar-acme/ })
    .getByText('Used')
    .waitFor()
})

test('a link is withdrawn, and leads nowhere any more', async () => {
  const opened = await console_.open('/destinations')
  const { page, button, field } = opened
  await page.getByRole('link', { name: 'Moviestar' }).click()
  await button('New link').click()
  await field(/^Account/).fill('moviestar-late')
  await button('Make the link').click()
  const url = await page.getByRole('alertdialog').locator('output').textContent()
  await page.getByLabel('I have kept it in a safe place').check()
  await button('Done').click()
  await button('Withdraw the link for moviestar-late').click()
  await opened.expectAccessible()
  await button('Withdraw it').click()
  await page.getByText('The link leads nowhere any more.').waitFor()
  expect((await fetch(url!)).status).toBeGreaterThanOrEqual(400)
})

test('a destination with accounts can not be deleted, and the dialog says why', async () => {
  const opened = await console_.open('/destinations')
  const { page, button } = opened
  await page.getByRole('link', { name: 'Moviestar' }).click()
  await button('Delete').click()
  await page.getByLabel('Type Moviestar to confirm').fill('Moviestar')
  await button('Delete the destination').click()
  await page.getByRole('dialog').getByRole('alert').waitFor()
})

test.each([360, 2560])('the pages of destinations fit a window of %i pixels', async (width) => {
  const opened = await console_.open('/destinations', { width, theme: 'dark' })
  await opened.page.getByRole('link', { name: 'Moviestar' }).waitFor()
  await expectFits(opened)
  await opened.page.getByRole('link', { name: 'Moviestar' }).click()
  await opened.page.getByRole('table', { name: 'Connected accounts' }).waitFor()
  await expectFits(opened)
})
