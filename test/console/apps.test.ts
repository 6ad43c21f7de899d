import { createPublicKey } from 'node:crypto'
import jsonwebtoken from 'jsonwebtoken'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Console, startConsole, takeSecret } from './console.ts'
import { expectFits } from './fits.ts'

let console_: Console
beforeAll(async () => {
  console_ = await startConsole()
})
afterAll(() => console_.close())

const everythingIn = (page: Page) =>
  page.evaluate(() =>
    [
      document.documentElement.outerHTML,
      JSON.stringify({ ...localStorage, ...sessionStorage }),
      location.href,
    ].join(),
  )

const askToken = (name: string, clientId: string, clientSecret: string) =>
  fetch(`${console_.broker.url}/apps/${name}/token`, {
    method: 'POST',
    headers: { Authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  })

test('a key, a page and an app are made, and the app gets a JWT that the JWKS verifies', async () => {
  const opened = await console_.open('/apps')
  const { page, button, field } = opened
  await page.getByText('No token page yet').waitFor()
  await opened.expectAccessible()
  // A page needs a key: where there is none yet, the form leads to the one that makes it.
  await button('New token page').click()
  await page.getByText('There is no signing key yet.').waitFor()
  await opened.expectAccessible()
  await page.getByRole('link', { name: 'Make one' }).click()
  await page.getByRole('dialog', { name: 'New signing key' }).waitFor()
  await field(/^Name/).fill('Not A Name')
  await opened.expectAccessible()
  await button('Create the key').click()
  // What Bursar refuses stands beside the field.
  await page
    .getByRole('dialog')
    .getByText(/Lower-case letters/)
    .waitFor()
  await expect.poll(() => field(/^Name/).getAttribute('aria-invalid')).toBe('true')
  await field(/^Name/).fill('loyalty-2026')
  await button('Create the key').click()
  await page
    .getByRole('row', { name: /loyalty-2026/ })
    .getByText('Signs')
    .waitFor()
  // The form stays closed when the page is looked at again.
  expect(new URL(page.url()).search).toBe('?tab=keys')

  await page.getByRole('tab', { name: 'Token pages' }).click()
  await button('New token page').click()
  await field(/^Name/).fill('loyalty')
  await field('Signing key').selectOption('loyalty-2026')
  await field('Audience, 1').fill('https://api.example.com')
  await opened.expectAccessible()
  await button('Create the page').click()
  await page.getByRole('heading', { name: 'loyalty', exact: true }).waitFor()

  await button('New app').click()
  await field('Client id').fill('kiosk-7')
  await button('Create the app').click()
  const secret = await takeSecret(opened)
  expect(await everythingIn(page)).not.toContain(secret)
  await page
    .getByRole('row', { name: /kiosk-7/ })
    .getByText('Enabled')
    .waitFor()
  await opened.expectAccessible()

  const answer = await askToken('loyalty', 'kiosk-7', secret)
  expect(answer.status).toBe(200)
  const { access_token } = (await answer.json()) as { access_token: string }
  const jwks = (await (await fetch(`${console_.broker.url}/.well-known/jwks.json`)).json()) as {
    keys: JsonWebKey[]
  }
  const key = createPublicKey({ key: jwks.keys[0] as never, format: 'jwk' })
  const now = console_.broker.clock.now()
  expect(jsonwebtoken.verify(access_token, key, { clockTimestamp: now })).toMatchObject({ sub: 'kiosk-7' })

  await page.getByRole('tab', { name: 'Verify a JWT' }).click()
  await page.getByLabel(/^JWT/).fill(access_token)
  // Read in the browser before anybody is asked.
  await page.getByRole('heading', { name: 'Claims', exact: true }).waitFor()
  await button('Verify').click()
  await page.getByText('It holds.').waitFor()
  await page.getByLabel('claims', { exact: true }).getByText('kiosk-7').first().waitFor()
  await opened.expectAccessible()
  expect(await everythingIn(page)).not.toContain(access_token)

  await page.getByRole('tab', { name: 'Revoked' }).click()
  await button('Revoke a JWT').click()
  await page.getByRole('dialog').getByLabel(/^JWT/).fill(access_token)
  await opened.expectAccessible()
  await button(/^Revoke$/).click()
  await page.getByRole('table', { name: 'Revoked JWTs' }).waitFor()
  await page.getByRole('tab', { name: 'Verify a JWT' }).click()
  await page.getByLabel(/^JWT/).fill(access_token)
  await button('Verify').click()
  await page.getByText('The token was revoked.').waitFor()

  await page.getByRole('tab', { name: 'Requests' }).click()
  await page.getByRole('table', { name: 'Requests' }).getByText('POST').first().waitFor()
  await opened.expectAccessible()
  await page.getByRole('tab', { name: 'Exceptions' }).click()
  await page.getByText('Nothing was thrown').waitFor()
})

test('a client secret is rotated with an overlap, and the app is disabled and deleted', async () => {
  const opened = await console_.open('/apps/pages/loyalty')
  const { page, button, field } = opened
  const act = async (name: string) => {
    await button('Actions for kiosk-7').click()
    await page.getByRole('menuitem', { name }).click()
  }
  await act('Rotate the secret')
  await field('Overlap, in seconds').fill('3600')
  await opened.expectAccessible()
  await button('Make a new secret').click()
  const secret = await takeSecret(opened)
  await page
    .getByRole('row', { name: /kiosk-7/ })
    .getByText(/one ends/)
    .waitFor()
  expect((await askToken('loyalty', 'kiosk-7', secret)).status).toBe(200)

  await act('Disable')
  await page
    .getByRole('row', { name: /kiosk-7/ })
    .getByText('Disabled')
    .waitFor()
  expect((await askToken('loyalty', 'kiosk-7', secret)).status).toBe(401)

  await act('Delete')
  await expect.poll(() => button('Delete the app').isDisabled()).toBe(true)
  await page.getByLabel('Type kiosk-7 to confirm').fill('kiosk-7')
  await opened.expectAccessible()
  await button('Delete the app').click()
  await page.getByText('No app yet').waitFor()
})

test('a signing secret is rotated: what was signed before holds until the overlap has passed, or ends at once', async () => {
  const { api, url } = console_.broker
  await api.call('POST', '/v1/app-pages', { name: 'legacy', mode: 'compat' })
  const app = { client_id: 'app-1', client_secret: 'client-secret-of-app-1' }
  await api.call('POST', '/v1/app-pages/legacy/apps', { ...app, signing_secret: 'the first' })
  const signed = async () => {
    const body = JSON.stringify({ operation: 'RequestToken', grant_type: 'client_credentials', ...app })
    const answer = await fetch(`${url}/apps/legacy/token`, { method: 'POST', body })
    return ((await answer.json()) as { access_token: string }).access_token
  }
  const holds = async (token: string) => {
    const { body } = await api.call('POST', '/v1/app-pages/legacy/verify', { token })
    return (body as { active?: unknown }).active
  }
  const first = await signed()

  const opened = await console_.open('/apps/pages/legacy')
  const { page, button } = opened
  const dialog = page.getByRole('dialog', { name: 'Rotate the signing secret of app-1' })
  const rotate = async (fill: () => Promise<unknown>) => {
    await button('Actions for app-1').click()
    await page.getByRole('menuitem', { name: 'Rotate the signing secret' }).click()
    await fill()
    await dialog.getByRole('button', { name: 'Rotate it' }).click()
  }
  await rotate(() => opened.expectAccessible())
  // Without a next secret nothing is changed, and the field says so.
  const next = dialog.getByRole('textbox', { name: 'Next signing secret' })
  await expect.poll(() => next.getAttribute('aria-invalid')).toBe('true')
  expect(await signed()).toBe(first)
  await dialog.getByLabel('Overlap, in seconds').fill('3600')
  await dialog.getByRole('button', { name: 'Make one' }).click()
  const secret = await takeSecret(opened)
  // It was shown before it signs.
  expect(await signed()).toBe(first)
  await dialog.getByRole('button', { name: 'Rotate it' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page
    .getByRole('row', { name: /app-1/ })
    .getByText(/former ends/)
    .waitFor()
  expect(await everythingIn(page)).not.toContain(secret)
  const second = await signed()
  const options = { clockTimestamp: console_.broker.clock.now() }
  expect(jsonwebtoken.verify(second, secret, options)).toMatchObject({ client_id: 'app-1' })
  expect([await holds(first), await holds(second)]).toEqual([true, true])

  await rotate(async () => {
    await next.fill('the third')
    await dialog.getByLabel('Overlap, in seconds').fill('0')
  })
  await dialog.waitFor({ state: 'detached' })
  expect([await holds(first), await holds(second), await holds(await signed())]).toEqual([false, false, true])
})

test('a signing secret is made with its app, and shown before it signs', async () => {
  const opened = await console_.open('/apps/pages/legacy')
  const { page, button } = opened
  await button('New app').click()
  const dialog = page.getByRole('dialog', { name: 'New app' })
  await dialog.getByLabel('Client id').fill('app-2')
  await dialog.getByRole('button', { name: 'Make one' }).click()
  await page.getByRole('alertdialog', { name: 'The signing secret of app-2' }).waitFor()
  const signing = await takeSecret(opened)
  await dialog.getByRole('button', { name: 'Create the app' }).click()
  const clientSecret = await takeSecret(opened)
  expect(await everythingIn(page)).not.toContain(signing)
  const answer = await fetch(`${console_.broker.url}/apps/legacy/token`, {
    method: 'POST',
    body: JSON.stringify({
      operation: 'RequestToken',
      grant_type: 'client_credentials',
      client_id: 'app-2',
      client_secret: clientSecret,
    }),
  })
  const { access_token } = (await answer.json()) as { access_token: string }
  const options = { clockTimestamp: console_.broker.clock.now() }
  expect(jsonwebtoken.verify(access_token, signing, options)).toMatchObject({ client_id: 'app-2' })
})

test('a page that signs with a key of its own offers no signing secret to rotate', async () => {
  const opened = await console_.open('/apps/pages/loyalty')
  await opened.button('New app').click()
  await opened.field('Client id').fill('kiosk-8')
  await opened.button('Create the app').click()
  await takeSecret(opened)
  await opened.button('Actions for kiosk-8').click()
  await opened.page.getByRole('menuitem', { name: 'Rotate the secret' }).waitFor()
  await expect
    .poll(() => opened.page.getByRole('menuitem', { name: 'Rotate the signing secret' }).count())
    .toBe(0)
})

test('a page is changed, and what it can not be is said beside the field', async () => {
  const opened = await console_.open('/apps/pages/loyalty')
  const { page, button, field } = opened
  await button('Change').click()
  await field('Life of a JWT, in seconds').fill('0')
  await button('Save').click()
  await expect.poll(() => field('Life of a JWT, in seconds').getAttribute('aria-invalid')).toBe('true')
  await field('Life of a JWT, in seconds').fill('600')
  await button('Save').click()
  await page.getByText('600 seconds').waitFor()
})

test('a signing key is rotated: the next one is shown before it signs', async () => {
  const opened = await console_.open('/apps/keys/loyalty-2026')
  const { page, button } = opened
  await button('Rotate').click()
  await opened.expectAccessible()
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click()
  await page.getByRole('table', { name: 'Versions' }).getByText('Next').waitFor()
  await page.getByRole('table', { name: 'Versions' }).getByText('Signs', { exact: true }).waitFor()
  await opened.expectAccessible()
  await button('Delete').click()
  await page.getByLabel('Type loyalty-2026 to confirm').fill('loyalty-2026')
  await button('Delete the key').click()
  // A page signs with it, and the dialog says so.
  await page.getByRole('dialog').getByRole('alert').waitFor()
})

test('the secret of a shared key is shown once', async () => {
  const opened = await console_.open('/apps?tab=keys')
  const { page, button, field } = opened
  await button('New signing key').click()
  await field(/^Name/).fill('shared')
  await field('Algorithm').selectOption('HS256')
  await button('Create the key').click()
  const secret = await takeSecret(opened)
  expect(await everythingIn(page)).not.toContain(secret)
})

test('a page in compat mode is made by keyboard alone', async () => {
  const opened = await console_.open('/apps')
  const { page, button, field } = opened
  await button('New token page').focus()
  await page.keyboard.press('Enter')
  await field(/^Name/).waitFor()
  await page.keyboard.type('scripted')
  await page.getByLabel('Compat').focus()
  await page.keyboard.press('Space')
  await page.getByLabel(/Sign the request as it came/).waitFor()
  await expect.poll(() => field(/^Name/).inputValue()).toBe('scripted')
  await button('Create the page').focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'scripted', exact: true }).waitFor()
})

test.each([360, 2560])('apps and keys fit a window of %i pixels, in the dark too', async (width) => {
  const opened = await console_.open('/apps', { width, theme: 'dark' })
  for (const path of ['/apps', '/apps?tab=keys', '/apps/pages/loyalty', '/apps/keys/loyalty-2026']) {
    await opened.goto(path)
    await opened.page.getByRole('heading', { level: 2 }).first().waitFor()
    await expectFits(opened)
  }
})
