import { afterAll, beforeAll, expect, test } from 'vitest'
import { type IdentityProvider, startIdentityProvider } from '../console-server/identity-provider.ts'
import { type Console, type ConsolePage, startConsole } from './console.ts'

let idp: IdentityProvider
let console_: Console
beforeAll(async () => {
  idp = await startIdentityProvider()
  console_ = await startConsole({ env: idp.env })
  idp.register(console_.broker.url)
})
afterAll(async () => {
  await console_?.close()
  idp?.close()
})

/** From the sign-in page to the identity provider, and through its two forms. */
async function signOn({ page }: ConsolePage, login: string): Promise<void> {
  await page.getByRole('link', { name: /Continue with|Sign in with/ }).click()
  await page.locator('input[name=login]').fill(login)
  await page.locator('input[name=password]').fill('whatever')
  await page.locator('button[type=submit]').click()
  await page.locator('button[type=submit]').click()
}

test('somebody signs in with single sign-on and sees what the role allows', async () => {
  const viewer = await console_.open('/', { key: null })
  await signOn(viewer, 'vic')
  await viewer.page.getByRole('heading', { name: 'Overview', exact: true }).waitFor()
  await viewer.page.getByText('vic@acme.example').first().waitFor()
  await viewer.page.getByRole('navigation').getByRole('link', { name: 'Credentials' }).click()
  await viewer.page.getByRole('heading', { name: 'Credentials', exact: true }).waitFor()
  await expect.poll(() => viewer.page.getByRole('link', { name: 'Add credentials' }).count()).toBe(0)
  await expect.poll(() => viewer.page.getByRole('link', { name: 'Callers' }).count()).toBe(0)

  const admin = await console_.open('/', { key: null })
  await signOn(admin, 'ada')
  await admin.page.getByRole('heading', { name: 'Overview', exact: true }).waitFor()
  await admin.page.getByRole('link', { name: 'Callers' }).waitFor()
})

test('somebody without a role is told so on the sign-in page, and is not let in', async () => {
  const opened = await console_.open('/', { key: null })
  await signOn(opened, 'nobody')
  await opened.page.getByRole('alert').waitFor()
  const { pathname, hash } = new URL(opened.page.url())
  expect([pathname, hash]).toEqual(['/console/sign-in', ''])
  await opened.goto('/credentials')
  await opened.page.getByRole('button', { name: 'Sign in', exact: true }).waitFor()
})
