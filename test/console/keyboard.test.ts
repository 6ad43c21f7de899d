import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN_KEY } from '../broker.ts'
import { PLAIN_SECRET } from '../oidc.ts'
import { type Console, startConsole } from './console.ts'
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

/** What has the focus, as a person meets it. */
interface Focus {
  name: string
  /** In sight, and told apart from what has no focus. */
  isSeen: boolean
  isInDialog: boolean
}

const focusOf = (page: Page): Promise<Focus> =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement
    const labels = (element as HTMLInputElement).labels
    const label = [...(labels ?? [])].map(({ textContent }) => textContent ?? '').join(' ')
    const name = element.getAttribute('aria-label') ?? (label || (element.textContent ?? ''))
    const { width, height, top, bottom } = element.getBoundingClientRect()
    // The ring is around the field itself, or around the frame that it shares with its icon.
    const hasRing = [element, element.parentElement!].some((one) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(one)
      return outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1
    })
    const isInSight = width > 0 && height > 0 && bottom > 0 && top < window.innerHeight
    return {
      name: name.replace(/\s+\*?$/, '').trim(),
      isSeen: hasRing && isInSight && element.matches(':focus-visible'),
      isInDialog: element.closest('[role="dialog"][tabindex="-1"]') !== null,
    }
  })

const STEPS_AT_MOST = 80

/** Presses Tab until something of this name has the focus; what has it on the way is seen each time. */
async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  const fits = (focus: Focus) => (typeof name === 'string' ? focus.name === name : name.test(focus.name))
  const passed: string[] = []
  while (passed.length < STEPS_AT_MOST) {
    await page.keyboard.press(key)
    // What slides into sight with the focus takes a moment.
    await expect
      .poll(async () => (await focusOf(page)).isSeen, { message: `after ${passed.join(' › ')}` })
      .toBe(true)
    const focus = await focusOf(page)
    if (fits(focus)) return
    passed.push(focus.name.slice(0, 30))
  }
  throw new Error(`Nothing of the name ${name}: ${passed.join(' › ')}`)
}

/** Fills in the field that Tab comes to. */
async function type(page: Page, label: string | RegExp, text: string): Promise<void> {
  await tabTo(page, label)
  await page.keyboard.insertText(text)
}

test('from the sign-in to the snippet of a token by keys alone, and the focus is always seen', async () => {
  const { page } = await console_.open('/', { key: null })
  const { keyboard } = page
  await page.getByLabel('Key', { exact: true }).waitFor()
  await type(page, 'Key', ADMIN_KEY)
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor()

  await keyboard.press('Control+k')
  const search = page.getByRole('combobox', { name: 'Search and do' })
  await search.waitFor()
  await expect.poll(() => search.evaluate((input) => input === document.activeElement)).toBe(true)
  expect(await focusOf(page)).toMatchObject({ isSeen: true })
  await keyboard.insertText('create')
  const options = page.getByRole('option')
  await options.filter({ hasText: 'Create a provider' }).waitFor()
  await expect.poll(() => options.first().getAttribute('aria-selected')).toBe('true')
  const selected = page.getByRole('option', { selected: true })
  await keyboard.press('ArrowDown')
  await expect.poll(() => selected.innerText()).toBe('Create a provider')
  await keyboard.press('ArrowUp')
  await expect.poll(() => selected.innerText()).toBe('Add a credential')
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Add credentials', exact: true }).waitFor()

  await tabTo(page, /^OAuth2 Client Credentials/)
  await keyboard.press('Enter')
  const name = page.getByLabel(/^Name/)
  await name.waitFor()
  await expect.poll(() => name.evaluate((input) => input === document.activeElement)).toBe(true)
  await keyboard.insertText('by-keys')
  await type(page, 'Client Identifier', 'basic')
  await type(page, 'Client Secret', PLAIN_SECRET)
  await type(page, 'Token Endpoint', world.oidc.tokenUrl)
  await type(page, /^Scopes/, 'mail.read')
  await tabTo(page, 'Validate')
  await keyboard.press('Enter')
  await page.getByText('It works: a token came back.').waitFor()
  await tabTo(page, 'Add')
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: /by-keys/, level: 1 }).waitFor()

  // A new page begins at its content: the first of this name is the tab, not the entry of the navigation.
  await tabTo(page, 'Overview')
  for (const tab of ['Exchanges', 'Destinations', 'Use']) {
    await keyboard.press('ArrowRight')
    await expect.poll(async () => (await focusOf(page)).name).toBe(tab)
  }
  await page.getByRole('heading', { name: 'How to use it' }).waitFor()
  await tabTo(page, 'curl')
  await keyboard.press('ArrowRight')
  const snippet = page.getByRole('region', { name: 'Token', exact: true })
  await snippet.waitFor()
  await tabTo(page, 'Token')
  expect(await snippet.evaluate((region) => region === document.activeElement)).toBe(true)
  await expect.poll(() => snippet.innerText()).toContain('/v1/credentials/by-keys/token?min_ttl=60')
  await tabTo(page, 'Copy Token')
  await keyboard.press('Enter')
  await expect
    .poll(() => page.evaluate(() => navigator.clipboard.readText()))
    .toContain('/v1/credentials/by-keys/token')
})

test('the list is searched, filtered, sorted and opened by keys alone', async () => {
  const { page } = await console_.open('/credentials')
  const { keyboard } = page
  await page.getByRole('link', { name: 'sales-email', exact: true }).waitFor()
  await keyboard.press('/')
  await expect.poll(() => focusOf(page)).toMatchObject({ name: 'Search credentials', isSeen: true })
  await keyboard.type('crm')
  await page.getByText('2 credentials', { exact: true }).waitFor()
  await tabTo(page, 'Status')
  // A select takes the letters that its options begin with.
  await keyboard.type('Needs')
  await page.waitForURL(/status=needs_sign_in/)
  await tabTo(page, 'Name')
  await keyboard.press('Enter')
  await page.waitForURL(/sort=-name/)
  await page.getByRole('row').nth(1).getByText('crm-globex').waitFor()
  await tabTo(page, 'Select crm-acme')
  await keyboard.press('Space')
  await page.getByText('1 selected', { exact: true }).waitFor()
  await tabTo(page, 'crm-acme')
  await keyboard.press('Enter')
  await page.getByRole('heading', { name: /crm-acme/, level: 1 }).waitFor()
  await page.goBack()
  await page.getByText('2 credentials', { exact: true }).waitFor()
  await tabTo(page, 'Clear')
  await keyboard.press('Enter')
  await page.getByRole('link', { name: 'sales-email', exact: true }).waitFor()
})

test('a dialog keeps the focus, is closed by Escape, and gives it back', async () => {
  const { page } = await console_.open('/reactor')
  const { keyboard } = page
  await page.getByText('No property yet').waitFor()
  await tabTo(page, 'New property')
  await keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'New property' })
  await dialog.waitFor()
  await expect.poll(async () => (await focusOf(page)).name).toBe('Name')
  for (const key of ['Tab', 'Shift+Tab']) {
    const names = new Set<string>()
    for (let step = 0; step < 12; step += 1) {
      await keyboard.press(key)
      // At the ends it is sent on to the other end.
      await expect.poll(() => focusOf(page)).toMatchObject({ isInDialog: true, isSeen: true })
      names.add((await focusOf(page)).name)
    }
    // It goes round: what is behind the dialog is never reached.
    expect([...names]).toEqual(expect.arrayContaining(['Close', 'Name', 'Cancel', 'Create it']))
    expect([...names]).not.toContain('Search and do')
  }
  // On a button that is an icon, Escape closes its hint first.
  await expect
    .poll(async () => {
      await keyboard.press('Tab')
      return (await focusOf(page)).name
    })
    .toBe('Name')
  await keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => focusOf(page)).toMatchObject({ name: 'New property', isSeen: true })
})

test('a dialog that a menu opened gives the focus back to the button of the menu', async () => {
  const { page } = await console_.open('/credentials/maps-key')
  const { keyboard } = page
  await page.getByRole('heading', { name: /maps-key/, level: 1 }).waitFor()
  await tabTo(page, 'More')
  await keyboard.press('Enter')
  await page.getByRole('menu').waitFor()
  await expect.poll(async () => (await focusOf(page)).isSeen).toBe(true)
  const toDelete = page.getByRole('menuitem', { name: 'Delete' })
  await expect
    .poll(async () => {
      await keyboard.press('ArrowDown')
      return toDelete.evaluate((item) => item === document.activeElement)
    })
    .toBe(true)
  await keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: /Delete maps-key/ })
  await dialog.waitFor()
  await expect.poll(async () => (await focusOf(page)).isInDialog).toBe(true)
  await keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(() => focusOf(page)).toMatchObject({ name: 'More', isSeen: true })
})
