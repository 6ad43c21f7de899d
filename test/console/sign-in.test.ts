import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN_KEY } from '../broker.ts'
import { type Console, startConsole } from './console.ts'

let console_: Console
beforeAll(async () => {
  console_ = await startConsole()
})
afterAll(() => console_.close())

test('a key opens the console and is nowhere in it afterwards', async () => {
  const { page, field, button, said } = await console_.open('/', { key: null })
  await field('Key').fill(ADMIN_KEY)
  await button('Sign in').click()
  await page.getByRole('heading', { name: 'Overview', exact: true }).waitFor()
  const everything = await page.evaluate(() =>
    [
      document.documentElement.outerHTML,
      JSON.stringify({ ...localStorage, ...sessionStorage }),
      location.href,
    ].join(),
  )
  expect(everything + said.join()).not.toContain(ADMIN_KEY)
})

test('a wrong key is refused beside the form, and what was typed stays', async () => {
  const { page, field, button } = await console_.open('/', { key: null })
  await button('Sign in').click()
  await page.getByText('Paste a key first.').waitFor()
  await field('Key').fill('bsr_no_key')
  await button('Sign in').click()
  await page.getByRole('alert').waitFor()
  await expect.poll(() => field('Key').inputValue()).toBe('bsr_no_key')
})

test('a one-time link signs in, once, and leaves the address at once', async () => {
  const made = await console_.broker.api.call('POST', '/v1/session/links')
  const link = new URL((made.body as unknown as { url: string }).url)
  const address = `${console_.broker.url}${link.pathname}${link.hash}`
  const first = await console_.open('/', { key: null })
  await first.page.goto('about:blank')
  await first.page.goto(address)
  await first.page.getByRole('heading', { name: 'Overview', exact: true }).waitFor()
  expect(first.page.url()).toBe(`${console_.broker.url}/console/`)

  const second = await console_.open('/', { key: null })
  await second.page.goto('about:blank')
  await second.page.goto(address)
  await second.page.getByRole('alert').waitFor()
  expect(new URL(second.page.url()).hash).toBe('')
})

test('the sign-in page is accessible in both themes', async () => {
  for (const theme of ['light', 'dark'] as const) {
    const opened = await console_.open('/', { key: null, theme })
    await opened.field('Key').waitFor()
    await opened.expectAccessible()
  }
})
