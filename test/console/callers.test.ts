import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Console, startConsole } from './console.ts'
import { expectFits } from './fits.ts'

let console_: Console
beforeAll(async () => {
  console_ = await startConsole()
})
afterAll(() => console_.close())

const everythingIn = (page: { evaluate<T>(f: () => T): Promise<T> }) =>
  page.evaluate(() =>
    [
      document.documentElement.outerHTML,
      JSON.stringify({ ...localStorage, ...sessionStorage }),
      location.href,
    ].join(),
  )

const makeCaller = async (name: string, scopes: string[]) =>
  (await console_.broker.api.call('POST', '/v1/callers', { name, scopes })).body

test('a caller is made with rights of its choice; its key is shown once, not closed by accident, and gone', async () => {
  const { page, field, button, said, expectAccessible } = await console_.open('/callers/new')
  await field(/^Name/).fill('billing')
  await page.getByLabel(/See credentials/).check()
  await button('Allow tokens of a credential').click()
  await page.getByLabel('Get tokens: credential or pattern').fill('sales-*')
  await page.getByText('No credential is called that now.').waitFor()
  await page.getByLabel('30 days').check()
  await expectAccessible()
  await button('Create and show the key').click()

  const dialog = page.getByRole('alertdialog', { name: 'The key of billing' })
  const key = (await dialog.locator('output').innerText()).trim()
  expect(key).toMatch(/^bsr_/)
  await expectAccessible()
  await page.keyboard.press('Escape')
  await page.mouse.click(5, 5)
  await expect.poll(() => dialog.isVisible()).toBe(true)
  await expect.poll(() => button('Done').isDisabled()).toBe(true)
  const download = page.waitForEvent('download')
  await button('Download').click()
  expect((await download).suggestedFilename()).toBe('billing.key')
  await dialog.getByRole('checkbox').check()
  await button('Done').click()

  await page.getByRole('heading', { name: 'billing', exact: true }).waitFor()
  expect((await everythingIn(page)) + said.join()).not.toContain(key)
  const listed = await console_.broker.api.call('GET', '/v1/callers')
  const made = listed.body.items.find(({ name }) => name === 'billing')!
  expect(made.scopes).toEqual(['credentials:read', 'tokens:sales-*'])
  expect((await console_.broker.api.withKey(key).call('GET', '/v1/credentials')).status).toBe(200)
})

test('what Bursar refuses stands beside its field, and what was typed stays', async () => {
  const { page, field, button } = await console_.open('/callers/new')
  await button('Create and show the key').click()
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true')
  await field(/^Name/).fill('ops')
  await button('Allow the proxy for a credential').click()
  const pattern = page.getByLabel('Send requests through the proxy: credential or pattern')
  await pattern.fill('Sales!')
  await button('Create and show the key').click()
  await page.getByText('After "proxy:" stands the name of a credential').first().waitFor()
  await expect.poll(() => pattern.getAttribute('aria-invalid')).toBe('true')
  await expect.poll(() => pattern.inputValue()).toBe('Sales!')
  await expect.poll(() => field(/^Name/).inputValue()).toBe('ops')
})

test('a key is replaced in three steps: a new one, watched until it is used, then the old one deleted', async () => {
  const old = await makeCaller('crm-sync', ['credentials:read'])
  const { page, button, expectAccessible } = await console_.open(`/callers/${old.id}`)
  await page.getByRole('link', { name: 'Replace the key' }).click()
  await page.getByRole('heading', { name: 'A new key for crm-sync', exact: true }).waitFor()
  await button('Create and show the key').click()
  const dialog = page.getByRole('alertdialog')
  const key = (await dialog.locator('output').innerText()).trim()
  await dialog.getByRole('checkbox').check()
  await button('Done').click()

  await page.getByText('Wait until the new key has been used.').waitFor()
  await expectAccessible()
  await console_.broker.api.withKey(key).call('GET', '/v1/credentials')
  // Uses are written down every few seconds.
  console_.broker.clock.advance(60)
  await page.getByText('The new key is in use.').waitFor()
  await button('Delete the old key').click()
  await page.getByLabel('Type crm-sync to confirm').fill('crm-sync')
  await button('Delete the caller').click()
  await page.getByText('Done. It is refused everywhere.').waitFor()
  const refused = await console_.broker.api.withKey(old.key).call('GET', '/v1/credentials')
  expect(refused.status).toBe(401)
})

test('a caller is deleted by its name, by keyboard alone', async () => {
  const made = await makeCaller('old-job', ['audit:read'])
  const { page, button } = await console_.open(`/callers/${made.id}`)
  await page.getByRole('heading', { name: 'old-job', exact: true }).waitFor()
  await button('Delete').focus()
  await page.keyboard.press('Enter')
  const typed = page.getByLabel('Type old-job to confirm')
  await typed.waitFor()
  await typed.focus()
  await page.keyboard.type('old-job')
  await page.keyboard.press('Enter')
  await page.getByText('old-job is deleted').first().waitFor()
  await page.getByRole('table', { name: 'Callers' }).waitFor()
  const left = await console_.broker.api.call('GET', '/v1/callers')
  expect(left.body.items.map(({ name }) => name)).not.toContain('old-job')
})

test('the list is searched in its address and accessible in both themes, on a telephone and on a wall', async () => {
  await makeCaller('finder', ['tokens:needle-*'])
  for (const [theme, width] of [
    ['light', 360],
    ['dark', 2560],
  ] as const) {
    const opened = await console_.open('/callers?q=needle', { theme, width })
    await opened.page.getByRole('link', { name: 'finder' }).waitFor()
    await expect.poll(() => opened.page.getByRole('row').count()).toBe(2)
    await expectFits(opened)
    await opened.close()
  }
})

test('who is no administrator sees no callers', async () => {
  const { key } = await makeCaller('reader', ['credentials:read'])
  const { page } = await console_.open('/', { key })
  await page.getByRole('link', { name: 'Credentials' }).waitFor()
  await expect.poll(() => page.getByRole('link', { name: 'Callers' }).count()).toBe(0)
})
