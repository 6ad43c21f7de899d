import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDesk } from '../reactor/forwarding.ts'
import { startTokenServer, type TokenServer } from '../reactor/token-server.ts'
import { type World, worldOf } from '../reactor/world.ts'
import { type Console, startConsole } from './console.ts'
import { expectFits } from './fits.ts'

let console_: Console
let tokens: TokenServer
let world: World
beforeAll(async () => {
  ;[console_, tokens] = await Promise.all([startConsole(), startTokenServer()])
  world = await worldOf(console_.broker)
})
afterAll(() => Promise.all([console_.close(), tokens.close()]))

const SECRET = 'secret of the client'
let secretPath: string

test('a property, an environment and a secret are made, and the secret brings its artifact', async () => {
  const opened = await console_.open('/reactor')
  const { page, button, field } = opened
  await page.getByText('No property yet').waitFor()
  await opened.expectAccessible()
  await button('New property').click()
  await button('Create it').click()
  // What the API refuses stands beside the field, though it speaks JSON:API.
  await expect.poll(() => field(/^Name/).getAttribute('aria-invalid')).toBe('true')
  await field(/^Name/).fill('Shop')
  await button('Create it').click()
  await page.getByRole('heading', { name: 'Shop', exact: true }).waitFor()

  await page.getByRole('tab', { name: 'Environments' }).click()
  await button('New environment').click()
  await field(/^Name/).fill('Development')
  await opened.expectAccessible()
  await button('Create it').click()
  await page.getByRole('row', { name: /Development/ }).waitFor()

  await page.getByRole('tab', { name: 'Secrets' }).click()
  await button('New secret').click()
  await field(/^Name/).fill('crm')
  await page
    .getByRole('dialog')
    .getByLabel('Environment')
    .selectOption({ label: 'Development (development)' })
  await field('Client id').fill('crm')
  await field('Client secret').fill(SECRET)
  await button('Create it').click()
  await expect.poll(() => field('Token URL').getAttribute('aria-invalid')).toBe('true')
  await field('Token URL').fill(`${tokens.url}/token`)
  await opened.expectAccessible()
  await button('Create it').click()
  await page.getByRole('heading', { name: 'crm', exact: true }).waitFor()
  await page.getByText('Succeeded', { exact: true }).waitFor()
  expect(await page.content()).not.toContain(SECRET)
  await opened.expectAccessible()
  secretPath = new URL(page.url()).pathname.replace('/console', '')
})

test('a secret is exchanged anew, tried, changed without its secret, and says why it fails', async () => {
  const opened = await console_.open(secretPath)
  const { page, button, field } = opened
  const before = tokens.calls.length
  await button('Exchange anew').click()
  await expect.poll(() => tokens.calls.length).toBeGreaterThan(before)
  await page.getByText('Succeeded', { exact: true }).waitFor()
  await button('Test').click()
  await page.getByText('The test exchange went through. Nothing of it was kept.').waitFor()

  tokens.answer = { status: 401, body: { error: 'invalid_client' } }
  await button('More actions').click()
  await page.getByRole('menuitem', { name: 'Change' }).click()
  await field('Client id').fill('another')
  await opened.expectAccessible()
  await button('Save').click()
  await page.getByText('The exchange failed').waitFor()
  await page.getByText('Failed', { exact: true }).waitFor()
  expect(tokens.calls.at(-1)!.members).toMatchObject({ client_id: 'another', client_secret: SECRET })
  await opened.expectAccessible()
  tokens.answer = {}
  await button('Exchange anew').click()
  await page.getByText('Succeeded', { exact: true }).waitFor()
})

test('a library is built, and goes the way to production from its page', async () => {
  const desk = await openDesk(world)
  const environments = {
    development: await world.environment(desk.propertyId),
    staging: await world.environment(desk.propertyId, 'staging'),
  }
  await desk.library(environments.development)
  const opened = await console_.open(`/reactor/properties/${desk.propertyId}?tab=libraries`)
  const { page, button } = opened
  await page.getByRole('link', { name: 'Library' }).click()
  await page.getByText('Development', { exact: true }).waitFor()
  await button('Build').click()
  await page
    .getByRole('table', { name: 'Builds' })
    .getByText(/Succeeded|Failed/)
    .waitFor()
  await opened.expectAccessible()
  await button('Submit').click()
  await page.getByText('Submitted', { exact: true }).waitFor()
  await button('Reject').click()
  await page.getByText('Rejected', { exact: true }).waitFor()
  await button('Develop again').click()
  await page.getByText('Development', { exact: true }).waitFor()
})

test('a list goes on behind its first hundred, in tables and where one is chosen', async () => {
  const property = await world.property({ name: 'Many' })
  const names = Array.from({ length: 205 }, (_, nth) => `stage ${String(nth + 1).padStart(3, '0')}`)
  for (const name of names) await world.environment(property, 'development', { name })
  const { page, button } = await console_.open(`/reactor/properties/${property}?tab=environments`)
  const row = (name: string) => page.getByRole('row', { name: new RegExp(name) })
  await row('stage 001').waitFor()
  await expect
    .poll(async () => {
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
      return row('stage 205').isVisible()
    })
    .toBe(true)

  await page.getByRole('tab', { name: 'Secrets' }).click()
  await button('New secret').click()
  const choice = page.getByRole('dialog').getByLabel('Environment')
  // Those and the one that stands for none.
  await expect.poll(() => choice.locator('option').count()).toBe(206)
})

test('a secret and a property are deleted by their names', async () => {
  const opened = await console_.open(secretPath)
  const { page, button } = opened
  await button('More actions').click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByLabel('Type crm to confirm').fill('crm')
  await button('Delete the secret').click()
  await page.getByText('No secret yet').waitFor()
  await button('Delete').click()
  await page.getByLabel('Type Shop to confirm').fill('Shop')
  await button('Delete the property').click()
  await page.getByRole('heading', { name: 'Reactor', exact: true }).waitFor()
  await expect.poll(() => page.getByRole('link', { name: 'Shop' }).count()).toBe(0)
})

test('a property whose name ends in a blank is deleted by the name that can be seen', async () => {
  const id = await world.property({ name: 'Blank ' })
  const { page, button } = await console_.open(`/reactor/properties/${id}`)
  await button('Delete').click()
  await page.getByLabel('Type Blank to confirm').fill('Blank')
  await button('Delete the property').click()
  await page.getByRole('heading', { name: 'Reactor', exact: true }).waitFor()
  expect((await world.call('GET', `/properties/${id}`)).status).toBe(404)
})

test.each([360, 2560])('the pages of Reactor fit a window of %i pixels', async (width) => {
  const propertyId = await world.property()
  const environmentId = await world.environment(propertyId)
  const { id } = await world.secret(
    propertyId,
    {
      type_of: 'oauth2-client_credentials',
      credentials: { client_id: 'crm', client_secret: SECRET, token_url: `${tokens.url}/token` },
    },
    environmentId,
  )
  const opened = await console_.open('/reactor', { width, theme: 'dark' })
  for (const path of ['', `/properties/${propertyId}`, `/properties/${propertyId}?tab=environments`]) {
    await opened.goto(`/reactor${path}`)
    await opened.page.getByRole('table').waitFor()
    await expectFits(opened)
  }
  await opened.goto(`/reactor/secrets/${id}`)
  await opened.page.getByRole('heading', { level: 2 }).first().waitFor()
  await expectFits(opened)
})
