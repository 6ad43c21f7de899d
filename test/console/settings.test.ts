import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN_KEY } from '../broker.ts'
import { type Provider, startProvider } from '../provider.ts'
import { type Console, startConsole } from './console.ts'
import { expectFits } from './fits.ts'

let console_: Console
let provider: Provider
beforeAll(async () => {
  ;[console_, provider] = await Promise.all([startConsole(), startProvider()])
  // A rotation of keys waits for other nodes by the clock, and is watched to its end.
  console_.broker.clock.release()
  for (const [name, environment] of [
    ['crm', 'production'],
    ['mail', 'production'],
    ['trial', 'staging'],
    ['loose', null],
  ] as const) {
    const made = await console_.broker.api.call('POST', '/v1/credentials?wait=20', {
      name,
      environment,
      recipe: { grant: 'client_credentials', token_url: provider.tokenUrl, client_id: 'c' },
      secrets: { client_secret: 's' },
      destinations: [provider.url],
    })
    expect(made.status, made.text).toBe(201)
  }
})
afterAll(() => Promise.all([console_.close(), provider.close()]))

test('environments are counted, and each leads to its credentials', async () => {
  const opened = await console_.open('/environments')
  const { page } = opened
  const row = page.getByRole('row', { name: /production/ })
  await row.waitFor()
  await expect.poll(() => row.textContent()).toContain('2 Active')
  await page.getByRole('row', { name: /No environment/ }).waitFor()
  await opened.expectAccessible()
  await row.getByRole('link', { name: 'production' }).click()
  await page.getByRole('heading', { name: 'Credentials', exact: true }).waitFor()
  expect(new URL(page.url()).searchParams.get('environment')).toBe('production')
})

test('the keys are rotated from the console, and the rotation is seen to its end', async () => {
  const opened = await console_.open('/settings')
  const { page, button } = opened
  await page.getByRole('heading', { name: 'Key ring', exact: true }).waitFor()
  await page.getByRole('table', { name: 'Keys of the ring' }).getByText('Active').waitFor()
  await opened.expectAccessible()
  await button('Rotate the keys').click()
  await page.getByLabel('Add a new random key to the ring').check()
  await opened.expectAccessible()
  await button('Begin the rotation').click()
  await page.getByRole('heading', { name: 'Last rotation', exact: true }).waitFor()
  const progress = page.getByRole('progressbar', { name: 'Sealed values sealed again' })
  await expect.poll(() => progress.getAttribute('aria-valuenow')).toBe('100')
  await expect
    .poll(() => page.getByRole('table', { name: 'Keys of the ring' }).getByRole('row').count())
    .toBe(3)
  await opened.expectAccessible()
})

test('a rotation asked for while one runs is refused in the dialog, and nothing is lost', async () => {
  const opened = await console_.open('/settings?tab=keys')
  const { page, button } = opened
  await button('Rotate the keys').click()
  await page.route('**/v1/keys/rotate', async (route) => {
    await console_.broker.api.call('POST', '/v1/keys/rotate', { ring: 'keep' })
    await route.continue()
  })
  await button('Begin the rotation').click()
  await page
    .getByRole('dialog')
    .getByRole('alert')
    .getByText(/rotation/i)
    .waitFor()
})

test('nodes are listed with their state, and health says what was checked', async () => {
  const opened = await console_.open('/settings?tab=nodes')
  const { page } = opened
  await page.getByRole('table', { name: 'Nodes' }).getByText('answers you').waitFor()
  await page.getByText('Database', { exact: true }).waitFor()
  await opened.expectAccessible()
})

test('a session is ended from another one, which then has to sign in again', async () => {
  const made = await console_.broker.api.call('POST', '/v1/callers', {
    name: 'grace',
    scopes: ['credentials:read'],
  })
  const { key } = made.body as unknown as { key: string }
  const other = await console_.open('/settings?tab=sessions', { key })
  await other.page.getByText('this one').waitFor()
  // Who may not, is not shown what would be refused.
  await expect
    .poll(() => other.page.getByRole('tab').allTextContents())
    .toEqual(['Nodes', 'Sessions', 'Sign-in'])

  const opened = await console_.open('/settings?tab=sessions')
  const { page, button } = opened
  await button('End the session of grace').click()
  await opened.expectAccessible()
  await button('End the session').click()
  await page.getByText('The session has ended.').waitFor()
  await expect.poll(() => button('End the session of grace').count()).toBe(0)
  await other.page.reload()
  await other.field('Key').waitFor()
})

test('a sign-in link is shown once, and opens another browser', async () => {
  const opened = await console_.open('/settings?tab=sessions')
  const { page, button } = opened
  await button('Make a sign-in link').click()
  const url = await page.getByRole('alertdialog').locator('output').textContent()
  await opened.expectAccessible()
  await page.getByLabel('I have kept it in a safe place').check()
  await button('Done').click()
  expect(await page.content()).not.toContain(url)
  const link = new URL(url!)
  const other = await console_.open('/', { key: null })
  await other.page.goto('about:blank')
  await other.page.goto(console_.broker.url + link.pathname + link.hash)
  await other.page.getByRole('heading', { name: 'Overview', exact: true }).waitFor()
})

test('settings in force have their origin, are found by words, and tell no secret', async () => {
  const opened = await console_.open('/settings?tab=values&q=port')
  const { page, field } = opened
  await page.getByRole('listitem').filter({ hasText: 'BURSAR_PORT' }).getByText('Environment').waitFor()
  await opened.expectAccessible()
  await field('Search settings').fill('admin_key')
  await page.getByRole('listitem').filter({ hasText: 'BURSAR_ADMIN_KEY' }).getByText('[secret]').waitFor()
  expect(await page.content()).not.toContain(ADMIN_KEY)
  await field('Search settings').fill('nothing is called this')
  await page.getByText('No settings match').waitFor()
})

test('the sign-in set-up says what is set and what to register', async () => {
  const opened = await console_.open('/settings?tab=sign-in')
  const { page } = opened
  await page.getByText('/console/sso/callback').first().waitFor()
  await page.getByRole('heading', { name: 'Roles', exact: true }).waitFor()
  await opened.expectAccessible()
})

test.each([360, 2560])('settings and environments fit a window of %i pixels', async (width) => {
  const opened = await console_.open('/environments', { width, theme: 'dark' })
  for (const path of [
    '/environments',
    '/settings',
    '/settings?tab=nodes',
    '/settings?tab=sessions',
    '/settings?tab=values',
  ]) {
    await opened.goto(path)
    await opened.page
      .getByRole('table')
      .or(opened.page.getByRole('listitem').filter({ hasText: 'BURSAR_PORT' }))
      .first()
      .waitFor()
    await expectFits(opened)
  }
})
