import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Console, startConsole } from './console.ts'
import { expectFits } from './fits.ts'
import { populate, type World } from './world.ts'

let console_: Console
let world: World
beforeAll(async () => {
  console_ = await startConsole()
  world = await populate(console_)
})
afterAll(async () => {
  await console_.close()
  await world.close()
})

/** Each page with something that stands on it once it is there. */
const PAGES: Readonly<Record<string, string>> = {
  '/': 'Needs attention',
  '/credentials': 'sales-email',
  '/credentials?q=nobody': 'No credentials match',
  '/credentials/new': 'OAuth2 Client Credentials',
  '/credentials/new?paste': 'Fill the form',
  '/credentials/new?kind=client_credentials': 'Authentication Method',
  '/credentials/new?kind=username_password': 'Confirm Password',
  '/credentials/sales-email': 'Next refresh',
  '/credentials/sales-email?tab=exchanges': 'when it was added',
  '/credentials/sales-email?tab=destinations': 'Try a URL',
  '/credentials/sales-email?tab=use': 'How to use it',
  '/credentials/old-importer': 'Show the exchange',
  '/credentials/sales-email/edit': 'Authentication Method',
  '/nowhere': 'There is no such page',
}

for (const [path, text] of Object.entries(PAGES)) {
  test(`${path}: axe finds nothing serious in either theme, and it fits 360 pixels`, async () => {
    const opened = await console_.open(path, { width: 1280 })
    await opened.page.getByText(text).first().waitFor()
    await opened.expectAccessible()
    await opened.page.setViewportSize({ width: 360, height: 740 })
    await expectFits(opened)
    expect(opened.said).toEqual([])
    await opened.close()
    const dark = await console_.open(path, { width: 1280, theme: 'dark' })
    await dark.page.getByText(text).first().waitFor()
    await dark.expectAccessible()
    await dark.close()
  })
}

describe('by keyboard alone', () => {
  test('the palette finds a credential and goes there', async () => {
    const { page } = await console_.open('/')
    await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByRole('combobox', { name: 'Search and do' }).waitFor()
    await page.keyboard.type('billing')
    await page.getByRole('option', { name: /billing-ledger/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /billing-ledger/ }).waitFor()
  })

  test('Escape leaves a dialog and the focus goes back to where it was', async () => {
    const { page } = await console_.open('/credentials/sales-email')
    await page.getByRole('button', { name: 'More' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('menuitem', { name: 'Delete' }).waitFor()
    await page.keyboard.press('End')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog', { name: 'Delete sales-email' }).waitFor()
    await page.waitForFunction(() => document.activeElement?.closest('[role=dialog]') !== null)
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('More')
  })

  test('the first stop of Tab skips the navigation', async () => {
    const { page } = await console_.open('/')
    await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('main')
  })
})

test('the theme is chosen in the menu, counts at once, and is remembered', async () => {
  const { page, button } = await console_.open('/')
  await button('admin').click()
  await page.getByRole('menuitemradio', { name: 'Dark' }).click()
  const dark = () => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme)
  expect(await dark()).toBe('dark')
  await page.reload()
  await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor()
  expect(await dark()).toBe('dark')
})
