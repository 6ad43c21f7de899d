import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Doc } from '../api.ts'
import { awaitUntil } from '../await-until.ts'
import type { TestBroker } from '../broker.ts'
import { keepScreenshot, startChromium } from './chromium.ts'
import { changed, type Door, openDoor, startDoorBroker } from './door.ts'
import { type Configuration, entryOf, example } from './examples.ts'
import { type Moviestar, OTHER_CLIENT, OTHER_SECRET, startMoviestar } from './moviestar.ts'

let moviestar: Moviestar
let broker: TestBroker
let door: Door
let browser: Browser
let context: BrowserContext
let page: Page
/** What the browser complained about: a blocked style, a broken address. */
let complaints: string[]

beforeAll(async () => {
  moviestar = await startMoviestar()
  broker = await startDoorBroker()
  door = openDoor(broker)
  browser = await startChromium()
})
afterAll(async () => {
  await browser?.close()
  await broker?.close()
  await moviestar?.close()
})
beforeEach(async () => {
  context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 900, height: 860 } })
  page = await context.newPage()
  complaints = []
  page.on('console', (message) => {
    if (/Content Security Policy|Refused/.test(message.text())) complaints.push(message.text())
  })
})
afterEach(async () => {
  await context.close()
  expect(complaints).toEqual([])
})

const described = (configuration: Configuration): Configuration => ({
  name: 'Moviestar',
  description: 'Sends audiences to Moviestar, where they can be booked for campaigns.',
  ...configuration,
})

async function linkTo(
  configuration: Configuration,
  credential: string,
  more: object = {},
): Promise<Doc & { url: string }> {
  const provider = await door.provider(configuration)
  const { status, body, text } = await broker.api.call('POST', `/v1/providers/${provider}/connect-links`, {
    credential,
    title: 'Moviestar',
    ...more,
  })
  expect([status, text]).toEqual([201, expect.anything()])
  return body as Doc & { url: string }
}

async function expectToken(name: string): Promise<void> {
  const { status, body } = await broker.api.token(name)
  expect([status, await moviestar.isAlive(body.access_token)]).toEqual([200, true])
}

const send = () => page.getByRole('button').click()
const heading = () => page.getByRole('heading', { level: 1 }).innerText()

/** At the pages of the authorization server. */
async function consent(at: Page = page): Promise<void> {
  await at.waitForURL(/\/interaction\//)
  await at.fill('[name=login]', 'ada')
  await at.fill('[name=password]', 'anything')
  await at.click('button[type=submit]')
  await at.waitForURL(/\/interaction\//)
  await at.click('button[type=submit]')
}

describe('a person connects an account', () => {
  test('D19, D23: with fields of their own: described, typed, secrets hidden, errors beside the field', async () => {
    const configuration = described(example('customerClient', moviestar.url))
    entryOf(configuration).authenticationDataFields.push(
      { name: 'region', title: 'Region', type: 'string', enum: ['EMEA', 'APAC'], fieldType: 'CUSTOMER' },
      {
        name: 'seat',
        title: 'Seat number',
        description: 'Of your contract with Moviestar',
        type: 'integer',
        isRequired: true,
        source: 'CUSTOMER',
      },
      { name: 'trial', title: 'This is a trial account', type: 'boolean', source: 'CUSTOMER' },
    )
    const { url } = await linkTo(configuration, 'page-client')
    await page.goto(url)
    expect(await heading()).toBe('Connect Moviestar')
    await expect.poll(() => page.textContent('.lead')).toMatch(/Sends audiences/)
    await expect.poll(() => page.getByLabel('Client Secret').getAttribute('type')).toBe('password')
    await expect.poll(() => page.getByLabel('Seat number').getAttribute('inputmode')).toBe('numeric')
    await keepScreenshot(page, 'connect-form')

    await page.getByLabel('Client ID').fill(OTHER_CLIENT)
    await page.getByLabel('Client Secret').fill('not-the-secret')
    await page.getByLabel('Seat number').fill('twelve')
    await page.getByLabel('Region').selectOption('APAC')
    await page.getByLabel('This is a trial account').check()
    await send()
    await expect.poll(() => page.locator('#f-moviestarId-wrong').innerText()).toBe('Moviestar ID is needed.')
    await expect.poll(() => page.locator('#f-seat-wrong').innerText()).toMatch(/whole number/)
    await expect.poll(() => page.getByLabel('Moviestar ID').getAttribute('aria-invalid')).toBe('true')
    await expect.poll(() => page.getByLabel('Client ID').inputValue()).toBe(OTHER_CLIENT)
    await expect.poll(() => page.getByLabel('Client Secret').inputValue()).toBe('')
    expect(await page.content()).not.toContain('not-the-secret')
    await expect.poll(() => page.getByLabel('Region').inputValue()).toBe('APAC')
    await expect.poll(() => page.getByLabel('This is a trial account').isChecked()).toBe(true)
    await keepScreenshot(page, 'connect-errors')
    expect((await broker.api.call('GET', '/v1/credentials/page-client')).status).toBe(404)

    await page.getByLabel('Client Secret').fill('not-the-secret')
    await page.getByLabel('Moviestar ID').fill('acme')
    await page.getByLabel('Seat number').fill('12')
    await send()
    await expect.poll(() => page.getByRole('alert').innerText()).toMatch(/could not be connected/)
    expect(await page.content()).not.toContain('not-the-secret')

    await page.getByLabel('Client Secret').fill(OTHER_SECRET)
    await send()
    expect(await heading()).toBe('Connected')
    await keepScreenshot(page, 'connect-done')
    await expectToken('page-client')
    const { recipe } = await broker.api.credential('page-client')
    expect(recipe.field_values).toEqual({
      clientId: OTHER_CLIENT,
      moviestarId: 'acme',
      region: 'APAC',
      seat: 12,
      trial: true,
    })
  })

  test('D7, D8: by signing in at the provider, without JavaScript', async () => {
    const { url } = await linkTo(described(example('code', moviestar.url)), 'page-code')
    await page.goto(url)
    await expect
      .poll(() => page.getByRole('button').innerText())
      .toBe(`Continue to ${new URL(moviestar.url).host}`)
    await keepScreenshot(page, 'connect-consent')
    await send()
    await consent()
    expect(await heading()).toBe('Connected')
    expect(new URL(page.url()).pathname).toBe('/data/core/activation/oauth/api/v1/callback')
    await expectToken('page-code')
    await page.goto(url)
    await expect.poll(() => page.textContent('.lead')).toMatch(/has done its work/)
  })

  test('who refuses is told why and can try again with the same link', async () => {
    const { url } = await linkTo(described(example('code', moviestar.url)), 'page-refused')
    await page.goto(url)
    await send()
    await page.waitForURL(/\/interaction\//)
    await page.click('a[href*=abort]')
    expect(await heading()).toBe('The sign-in did not work')
    await expect.poll(() => page.textContent('.lead')).toMatch(/access_denied/)
    await keepScreenshot(page, 'connect-refused')
    await page.getByRole('link', { name: 'Try again' }).click()
    await send()
    await consent()
    expect(await heading()).toBe('Connected')
    await expectToken('page-refused')
  })

  test('D4: with user name and password, which a dark and narrow screen asks for as well', async () => {
    await page.emulateMedia({ colorScheme: 'dark' })
    await page.setViewportSize({ width: 360, height: 720 })
    const { url } = await linkTo(described(example('password', moviestar.url)), 'page-password')
    await page.goto(url)
    await keepScreenshot(page, 'connect-narrow-dark')
    const sideways = await page.locator('html').evaluate((html) => html.scrollWidth > html.clientWidth)
    expect(sideways).toBe(false)
    await page.getByLabel('User name').fill('ada')
    await page.getByLabel('Password').fill('wrong')
    await send()
    await expect.poll(() => page.getByRole('alert').innerText()).toMatch(/does not accept what was entered/)
    await page.getByLabel('Password').fill('right & proper+1')
    await send()
    expect(await heading()).toBe('Connected')
    await expectToken('page-password')
  })

  test('D43: with a token of their own where the destination takes one', async () => {
    const bearer = { name: 'Moviestar', customerAuthenticationConfigurations: [{ authType: 'BEARER' }] }
    const { url } = await linkTo(bearer, 'page-bearer')
    await page.goto(url)
    await page.getByLabel('Bearer token').fill('the-token-of-a-customer')
    await send()
    expect(await heading()).toBe('Connected')
    expect((await broker.api.token('page-bearer')).body.access_token).toBe('the-token-of-a-customer')
  })

  test('again: what is mistyped on the way does not take the place of what works', async () => {
    const configuration = example('password', moviestar.url)
    const provider = await door.provider(configuration)
    const values = {
      recipe: { field_values: { username: 'ada' } },
      secrets: { password: 'right & proper+1' },
    }
    await broker.api.create({ name: 'page-again', provider, ...values })
    const { body } = await broker.api.call('POST', `/v1/providers/${provider}/connect-links`, {
      credential: 'page-again',
    })
    await page.goto((body as Doc & { url: string }).url)
    await page.getByLabel('User name').fill('ada')
    await page.getByLabel('Password').fill('wrong')
    await send()
    await expect.poll(() => page.getByRole('alert').innerText()).toMatch(/could not be connected/)
    expect((await broker.api.exchange('page-again')).body.kind).toBe('token')
    await page.getByLabel('Password').fill('right & proper+1')
    await send()
    expect(await heading()).toBe('Connected')
  })
})

describe('a link', () => {
  const simple = () => changed(example('password', moviestar.url), {})

  async function formOf(url: string): Promise<{ cookie: string; key: string }> {
    const response = await fetch(url)
    const key = /name="form_key" value="([^"]+)"/.exec(await response.text())?.[1]
    return { cookie: response.headers.getSetCookie()[0]!.split(';')[0]!, key: key ?? '' }
  }
  const post = (url: string, cookie: string, form: Record<string, string>, headers = {}) =>
    fetch(url, { method: 'POST', headers: { cookie, ...headers }, body: new URLSearchParams(form) })

  test('expires', async () => {
    const { url } = await linkTo(simple(), 'link-expires', { expires_in_seconds: 60 })
    broker.clock.advance(61)
    const response = await fetch(url)
    expect([response.status, await response.text()]).toEqual([410, expect.stringContaining('has expired')])
  })

  test('is good for one connection, even when its form comes twice at once', async () => {
    const { url, provider, id } = await linkTo(simple(), 'link-once')
    const { cookie, key } = await formOf(url)
    const form = { form_key: key, username: 'ada', password: 'right & proper+1' }
    moviestar.forget()
    const release = moviestar.hold()
    const first = post(url, cookie, form)
    await awaitUntil('the provider is asked', () => moviestar.calls.length > 0 || undefined)
    expect((await post(url, cookie, form)).status).toBe(409)
    release()
    expect((await first).status).toBe(200)
    expect((await post(url, cookie, form)).status).toBe(410)
    const { body } = await broker.api.call('GET', `/v1/providers/${provider}/connect-links`)
    expect(body.items.find((link) => link.id === id)).toMatchObject({ status: 'used' })
  })

  test('makes one exchange when two people send its form at the same time, and tells the other so', async () => {
    const { url } = await linkTo(simple(), 'link-two-people')
    const other = await browser.newContext({ javaScriptEnabled: false })
    const pages = [page, await other.newPage()]
    for (const one of pages) {
      await one.goto(url)
      await one.getByLabel('User name').fill('ada')
      await one.getByLabel('Password').fill('right & proper+1')
    }
    moviestar.forget()
    const release = moviestar.hold()
    // Each is answered when its page is there; the one that is on its way waits for the provider.
    const answered = pages.map(async (one) => {
      const next = one.waitForResponse((response) => response.request().method() === 'POST')
      await Promise.all([next, one.getByRole('button').click()])
      return (await next).status()
    })
    expect(await Promise.race(answered)).toBe(409)
    await awaitUntil('the provider is asked', () => moviestar.calls.length > 0 || undefined)
    release()
    expect((await Promise.all(answered)).toSorted()).toEqual([200, 409])
    const headings = await Promise.all(pages.map((one) => one.getByRole('heading', { level: 1 }).innerText()))
    expect(headings.toSorted()).toEqual(['Already on its way', 'Connected'])
    expect(moviestar.calls).toHaveLength(1)
    const { body } = await broker.api.call('GET', '/v1/credentials/link-two-people/exchanges')
    expect(body.items.map(({ kind }) => kind)).toEqual(['token'])
    // Whoever was told to wait finds that the work is done.
    const late = pages[headings.indexOf('Already on its way')]!
    await late.goto(url)
    await expect.poll(() => late.getByRole('heading', { level: 1 }).innerText()).toBe('This link has ended')
    await expect.poll(() => late.innerText('body')).toContain('the account is connected')
    await other.close()
  })

  test('connects the account of one when two people sign in by it, and tells the other so', async () => {
    const { url, provider, id } = await linkTo(described(example('code', moviestar.url)), 'link-two-sign-ins')
    const other = await browser.newContext({ javaScriptEnabled: false })
    const pages = [page, await other.newPage()]
    for (const one of pages) {
      await one.goto(url)
      await one.getByRole('button').click()
      await one.waitForURL(/\/interaction\//)
    }
    moviestar.forget()
    await Promise.all(pages.map((one) => consent(one)))
    const headings = await Promise.all(pages.map((one) => one.getByRole('heading', { level: 1 }).innerText()))
    expect(headings.toSorted()).toEqual(['Connected', 'This link has ended'])
    const late = pages[headings.indexOf('This link has ended')]!
    await expect.poll(() => late.textContent('.lead')).toMatch(/Somebody else has connected the account/)
    expect(moviestar.calls).toHaveLength(1)
    const { body } = await broker.api.call('GET', `/v1/providers/${provider}/connect-links`)
    expect(body.items.find((link) => link.id === id)).toMatchObject({ status: 'used' })
    await other.close()
  })

  test('that was withdrawn or guessed leads nowhere', async () => {
    const { url, provider, id } = await linkTo(simple(), 'link-gone')
    expect((await broker.api.call('DELETE', `/v1/providers/${provider}/connect-links/${id}`)).status).toBe(
      204,
    )
    expect((await fetch(url)).status).toBe(404)
    expect((await fetch(`${broker.url}/connect/default.${'a'.repeat(43)}`)).status).toBe(404)
    expect((await fetch(`${broker.url}/connect/nothing`)).status).toBe(404)
  })

  test('that is withdrawn while its form is on the way still says how that ended', async () => {
    const { url, provider, id } = await linkTo(simple(), 'link-withdrawn')
    const { cookie, key } = await formOf(url)
    moviestar.forget()
    const release = moviestar.hold()
    const answered = post(url, cookie, { form_key: key, username: 'ada', password: 'right & proper+1' })
    await awaitUntil('the provider is asked', () => moviestar.calls.length > 0 || undefined)
    await broker.api.call('DELETE', `/v1/providers/${provider}/connect-links/${id}`)
    release()
    expect((await answered).status).toBe(200)
    expect((await broker.api.credential('link-withdrawn')).status).toBe('active')
    expect((await fetch(url)).status).toBe(404)
  })

  test('takes no form from elsewhere', async () => {
    const { url } = await linkTo(simple(), 'link-foreign')
    const { cookie, key } = await formOf(url)
    const form = { form_key: key, username: 'ada', password: 'right & proper+1' }
    const answers = [
      await post(url, '', form),
      await post(url, cookie, { ...form, form_key: 'made-up' }),
      await post(url, cookie, form, { 'sec-fetch-site': 'cross-site' }),
    ]
    expect(answers.map(({ status }) => status)).toEqual([403, 403, 403])
    expect((await broker.api.call('GET', '/v1/credentials/link-foreign')).status).toBe(404)
  })

  test('shows a page that loads nothing but its own style and that no site frames', async () => {
    const { url } = await linkTo(simple(), 'link-headers')
    const { headers } = await fetch(url)
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    )
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('same-origin')
    expect(headers.getSetCookie()[0]).toMatch(/HttpOnly; SameSite=Lax/)
  })

  test('stands in no log, and its body is checked', async () => {
    const { url } = await linkTo(simple(), 'link-logged')
    await fetch(url)
    const token = url.split('/').at(-1)!
    expect(broker.log.join('\n')).not.toContain(token)
    const provider = await door.provider(simple())
    const { status, body } = await broker.api.call('POST', `/v1/providers/${provider}/connect-links`, {
      credential: 'Not A Name',
      destinations: ['ftp://x'],
      expires_in_seconds: 1,
    })
    expect(status).toBe(422)
    expect(body.errors.map(({ path }) => path).sort()).toEqual([
      '/credential',
      '/destinations/0',
      '/expires_in_seconds',
    ])
  })
})
