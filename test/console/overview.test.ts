import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Console, startConsole } from './console.ts'
import { populate, type World } from './world.ts'

let console_: Console
let world: World
beforeAll(async () => {
  console_ = await startConsole()
})
afterAll(async () => {
  await console_.close()
  await world?.close()
})

test('an empty instance shows the way to the first token, and the list says how to begin', async () => {
  const { page, goto, expectAccessible } = await console_.open('/')
  await page.getByRole('heading', { name: 'Get started', exact: true }).waitFor()
  await page.getByRole('link', { name: 'Create a credential' }).waitFor()
  await expectAccessible()
  await goto('/credentials')
  await page.getByText('No credentials yet').waitFor()
  await page.getByRole('link', { name: 'Add the first' }).click()
  await page.getByRole('heading', { name: 'Add credentials', exact: true }).waitFor()
})

test('counts lead to their lists; what failed is named with its reason', async () => {
  world = await populate(console_)
  const { page } = await console_.open('/')
  await page.getByRole('heading', { name: 'Needs attention', exact: true }).waitFor()
  await page.getByText('The provider does not accept the client id and its secret or key.').waitFor()
  await page.getByRole('link', { name: /Needs sign-in/ }).click()
  await page.getByRole('link', { name: 'crm-acme' }).waitFor()
  expect(new URL(page.url()).searchParams.get('status')).toBe('needs_sign_in')
})

test('a failure is mended with one click', async () => {
  const { page } = await console_.open('/')
  const item = page.getByRole('listitem').filter({ hasText: 'crm-acme' })
  await item.getByRole('link', { name: 'Sign in' }).click()
  await page.getByRole('dialog', { name: 'Connect crm-acme' }).waitFor()
})

test('what comes next is plotted for a day and for ninety, with the same numbers as a table', async () => {
  const { page, button } = await console_.open('/')
  await page.getByRole('table', { name: 'Renewals and ends in the next 24 hours' }).waitFor()
  expect(
    await page
      .getByRole('table', { name: /24 hours/ })
      .getByRole('row')
      .count(),
  ).toBe(25)
  await button('90 days').click()
  expect(
    await page
      .getByRole('table', { name: /90 days/ })
      .getByRole('row')
      .count(),
  ).toBe(91)
})
