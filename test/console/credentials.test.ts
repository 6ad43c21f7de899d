import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { PLAIN_SECRET } from '../oidc.ts'
import { type Console, type ConsolePage, startConsole } from './console.ts'
import { openForm } from './credential-form.ts'
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

const machine = (changes: Record<string, unknown> = {}) => ({
  grant: 'client_credentials',
  token_url: world.oidc.tokenUrl,
  client_id: 'basic',
  client_auth: 'client_secret_basic',
  scope: ['mail.read'],
  ...changes,
})
const create = (name: string) =>
  console_.broker.api.create({ name, recipe: machine(), secrets: { client_secret: PLAIN_SECRET } })
const tab = (opened: ConsolePage, name: string) => opened.page.getByRole('tab', { name }).click()

describe('the list', () => {
  test('search and filters stand in the address, and a reload keeps them', async () => {
    const opened = await console_.open('/credentials')
    const { page } = opened
    await page.getByRole('link', { name: 'sales-email' }).waitFor()
    await opened.field('Search credentials').fill('crm')
    await page.getByText('2 credentials', { exact: true }).waitFor()
    await opened.field('Status').selectOption('needs_sign_in')
    await page.waitForURL(/status=needs_sign_in/)
    expect(new URL(page.url()).searchParams.get('q')).toBe('crm')
    await page.reload()
    await page.getByText('2 credentials', { exact: true }).waitFor()
    await expect.poll(() => opened.field('Search credentials').inputValue()).toBe('crm')
  })

  test('nothing that matches is another state than nothing yet, and its button clears the filters', async () => {
    const { page, button } = await console_.open('/credentials?q=nobody-is-called-so')
    await page.getByText('No credentials match').waitFor()
    await button('Clear the filters').click()
    await page.getByRole('link', { name: 'sales-email' }).waitFor()
  })

  test('it is sorted by a press on the head of a column', async () => {
    const { page, button } = await console_.open('/credentials')
    await page.getByRole('link', { name: 'billing-ledger' }).waitFor()
    await button('Name').click()
    await page.waitForURL(/sort=-name/)
    await page.getByRole('row').nth(1).getByText('warehouse-ftp').waitFor()
  })

  test('many are paused at once, and what failed is named', async () => {
    const opened = await console_.open('/credentials')
    await opened.field('Select reports-nightly').check()
    await opened.field('Select support-desk').check()
    await opened.page.getByRole('region', { name: 'Selected credentials' }).getByText('2 selected').waitFor()
    await opened.button('Pause').click()
    await opened.page.getByText('2 paused.').waitFor()
    expect((await console_.broker.api.credential('support-desk')).status).toBe('paused')
    await opened.field('Select reports-nightly').check()
    await opened.field('Select support-desk').check()
    await opened.button('Resume').click()
    await opened.page.getByText('2 resumed.').waitFor()
  })

  test('a viewer is offered nothing that changes something', async () => {
    const made = await console_.broker.api.call('POST', '/v1/callers', {
      name: 'viewer',
      scopes: ['credentials:read'],
    })
    const { page, button } = await console_.open('/credentials/sales-email', { key: made.body.key })
    await page.getByRole('heading', { name: /sales-email/ }).waitFor()
    await expect.poll(() => button('Refresh now').count()).toBe(0)
    await expect.poll(() => page.getByRole('link', { name: 'Edit' }).count()).toBe(0)
  })
})

describe('a credential', () => {
  test('refreshing brings a new token and shows the exchange, redacted', async () => {
    const opened = await console_.open('/credentials/sales-email')
    await opened.button('Refresh now').click()
    await opened.page.getByText('A fresh token came.').waitFor()
    await tab(opened, 'Exchanges')
    const first = opened.page.locator('details').first()
    await first.locator('summary').click()
    await opened.page.getByRole('region', { name: 'Request' }).first().waitFor()
    const text = await first.innerText()
    expect(text).toContain('POST')
    expect(text).toContain('[redacted')
    expect(text).not.toContain(PLAIN_SECRET)
  })

  test('the claims of its token are shown decoded; the token stands nowhere', async () => {
    const opened = await console_.open('/credentials/partner-assertion')
    await opened.button('Read its claims').click()
    const claims = opened.page.getByRole('region', { name: 'Claims of the token' })
    await claims.waitFor()
    await expect.poll(() => claims.innerText()).toContain('"aud": "https://partner.example.com"')
    const { body } = await console_.broker.api.token('partner-assertion')
    const signature = body.access_token.split('.')[2]!
    expect(await opened.page.content()).not.toContain(signature)
  })

  test('a URL is tried against its rules', async () => {
    const opened = await console_.open('/credentials/sales-email?tab=destinations')
    await opened.field('URL').fill('https://graph.example.com/v1.0/me')
    await opened.button('Try').click()
    await opened.page.getByText('The token may go there').waitFor()
    await opened.field('URL').fill('https://evil.example.com/')
    await opened.button('Try').click()
    await opened.page.getByText('The token does not go there').waitFor()
  })

  test('snippets name it, and who may use it is listed', async () => {
    const opened = await console_.open('/credentials/sales-email?tab=use')
    const curl = opened.page.getByRole('region', { name: 'curl' })
    await expect.poll(() => curl.innerText()).toContain('/proxy/sales-email/https://graph.example.com/v1.0/')
    await opened.page.getByRole('tab', { name: 'nginx' }).click()
    await expect
      .poll(() => opened.page.getByRole('region', { name: 'nginx' }).innerText())
      .toContain('/forward-auth/sales-email')
    await opened.page.getByText('mailer').waitFor()
  })

  test('pause and resume', async () => {
    await create('to-pause')
    const opened = await console_.open('/credentials/to-pause')
    await opened.button('More').click()
    await opened.page.getByRole('menuitem', { name: 'Pause' }).click()
    await opened.page.getByText('No token is handed out, sent or refreshed.').waitFor()
    await opened.button('Resume').click()
    await awaitUntil('it is active again', async () =>
      (await console_.broker.api.credential('to-pause')).status === 'active' ? true : undefined,
    )
  })

  test('a secret is rotated with overlap: one that does not work changes nothing, one that does is in use', async () => {
    await create('to-rotate')
    const opened = await console_.open('/credentials/to-rotate')
    await opened.button('More').click()
    await opened.page.getByRole('menuitem', { name: 'Rotate a secret' }).click()
    await opened.field('New Client Secret').fill('a-secret-that-nobody-registered')
    await opened.button('Try and save').click()
    await opened.page.getByText('The new secret does not work yet. Nothing was changed.').waitFor()
    expect((await console_.broker.api.exchange('to-rotate')).body.kind).toBe('token')
    await opened.field('New Client Secret').fill(PLAIN_SECRET)
    await opened.button('Try again').click()
    await opened.page.getByText('The new secret is in use.').waitFor()
  })

  test('deleting shows who uses it, asks for the name, and says how the revocation went', async () => {
    await create('to-delete')
    const opened = await console_.open('/credentials/to-delete')
    const { page, button, field } = opened
    await button('More').click()
    await page.getByRole('menuitem', { name: 'Delete' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('nightly jobs').waitFor()
    await expect.poll(() => dialog.getByRole('button', { name: 'Delete' }).isDisabled()).toBe(true)
    await field('Type to-delete to confirm').fill('to-delete')
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('heading', { name: 'to-delete was deleted', exact: true }).waitFor()
    await button('Done').click()
    await page.getByRole('heading', { name: 'Credentials', exact: true }).waitFor()
    expect((await console_.broker.api.call('GET', '/v1/credentials/to-delete')).status).toBe(404)
  })
})

describe('nothing typed is lost', () => {
  test('a second tab that changed the record: both versions are shown, and mine is saved over it when I say so', async () => {
    await create('in-two-tabs')
    const opened = await console_.open('/credentials/in-two-tabs/edit')
    await opened.field(/^Scopes/).fill('mail.read openid')
    await console_.broker.api.call('PATCH', '/v1/credentials/in-two-tabs', { environment: 'staging' })
    await opened.button('Save').click()
    const conflict = opened.page.getByRole('alert')
    await conflict.getByText('It was changed in the meantime.').waitFor()
    await expect.poll(() => conflict.innerText()).toContain('staging')
    await expect.poll(() => opened.field(/^Scopes/).inputValue()).toBe('mail.read openid')
    await opened.button('Save mine over it').click()
    await opened.page.getByText('in-two-tabs was saved.').waitFor()
    const saved = await console_.broker.api.credential('in-two-tabs')
    expect(saved.recipe.scope).toEqual(['mail.read', 'openid'])
    // What the other tab did elsewhere stays.
    expect(saved.environment).toBe('staging')
  })

  test('a second tab that changed the record: theirs takes the place of mine in every field', async () => {
    const changed = { labels: { team: 'before' } }
    await create('theirs-in-two-tabs')
    const patch = (body: object) =>
      console_.broker.api.call('PATCH', '/v1/credentials/theirs-in-two-tabs', body)
    await patch(changed)
    const opened = await console_.open('/credentials/theirs-in-two-tabs/edit')
    await opened.page.getByText('More: environment, labels').click()
    await opened.field('Value 1').first().fill('mine')
    await patch({ labels: { team: 'theirs' } })
    await opened.button('Save').click()
    await opened.button('Take theirs').click()
    await expect.poll(() => opened.field('Value 1').first().inputValue()).toBe('theirs')
  })

  test('a session that ended: sign in in a dialog, and what was under way goes on', async () => {
    const opened = await console_.open(null)
    const form = await openForm(opened, 'client_credentials')
    await form.fill({
      Name: 'after-the-session',
      'Client Identifier': 'basic',
      'Client Secret': PLAIN_SECRET,
      'Token Endpoint': world.oidc.tokenUrl,
      Scopes: 'mail.read',
    })
    await opened.context.clearCookies()
    await form.add()
    const dialog = opened.page.getByRole('alertdialog', { name: 'Your session has ended' })
    await dialog.getByLabel('Key', { exact: true }).fill(console_.broker.api.key)
    await dialog.getByRole('button', { name: 'Sign in' }).click()
    await opened.page.getByRole('heading', { name: /after-the-session/ }).waitFor()
    expect((await console_.broker.api.credential('after-the-session')).name).toBe('after-the-session')
  })

  test('a connection that is lost: it is said, and the form still holds everything', async () => {
    const opened = await console_.open(null)
    const form = await openForm(opened, 'client_credentials')
    const typed = {
      Name: 'after-the-outage',
      'Client Identifier': 'basic',
      'Client Secret': PLAIN_SECRET,
      'Token Endpoint': world.oidc.tokenUrl,
      Scopes: 'mail.read',
    }
    await form.fill(typed)
    await opened.context.setOffline(true)
    await form.add()
    await opened.page.getByText('There is no connection to Bursar.').waitFor()
    await expect.poll(() => opened.field(/^Client Secret/).inputValue()).toBe(PLAIN_SECRET)
    await opened.context.setOffline(false)
    await form.add()
    await opened.page.getByRole('heading', { name: /after-the-outage/ }).waitFor()
  })
})

test('a secret is nowhere in the browser once it was sent: page, address, storage, console', async () => {
  const secret = 'canary-of-a-secret-0123456789'
  const opened = await console_.open(null)
  const form = await openForm(opened, 'client_credentials')
  await form.fill({
    Name: 'canary',
    'Client Identifier': 'basic',
    'Client Secret': secret,
    'Token Endpoint': world.oidc.tokenUrl,
    Scopes: 'mail.read',
  })
  await form.validate()
  await form.add()
  await opened.page.getByRole('heading', { name: /canary/ }).waitFor()
  await tab(opened, 'Exchanges')
  await opened.page.getByText('Refused').first().click()
  await opened.page.getByRole('region', { name: 'Request' }).first().waitFor()
  const everywhere = await opened.page.evaluate(() => {
    const fields = [...document.querySelectorAll('input, textarea')].map(
      (one) => (one as HTMLInputElement).value,
    )
    const stores = JSON.stringify({ ...localStorage, ...sessionStorage, state: history.state })
    return [document.documentElement.outerHTML, ...fields, stores, location.href, document.cookie].join('\n')
  })
  expect(everywhere + opened.said.join('\n') + opened.asked.join('\n')).not.toContain(secret)
})

describe('paste', () => {
  test('a curl command of a token request fills the form of its grant', async () => {
    const opened = await console_.open('/credentials/new?paste')
    await opened
      .field('Paste')
      .fill(
        `curl -u 'basic:${PLAIN_SECRET}' -d grant_type=client_credentials \\\n  -d scope=mail.read ${world.oidc.tokenUrl}`,
      )
    await opened.button('Fill the form').click()
    await opened.field(/^Name/).fill('pasted')
    await expect.poll(() => opened.field(/^Client Identifier/).inputValue()).toBe('basic')
    await expect.poll(() => opened.field(/^Scopes/).inputValue()).toBe('mail.read')
    await opened.button(/^Add$/).click()
    await opened.page.getByRole('heading', { name: /pasted/ }).waitFor()
    expect((await console_.broker.api.token('pasted')).status).toBe(200)
  })

  test('the JSON of a credential fills its form, and what is neither is refused beside the field', async () => {
    const opened = await console_.open('/credentials/new?paste')
    await opened.field('Paste').fill('good morning')
    await opened.button('Fill the form').click()
    await opened.page.getByText('This is neither a curl command nor JSON.').waitFor()
    await opened
      .field('Paste')
      .fill(
        JSON.stringify({ name: 'from-json', recipe: machine(), secrets: { client_secret: PLAIN_SECRET } }),
      )
    await opened.button('Fill the form').click()
    await opened.field(/^Scopes/).waitFor()
    await expect.poll(() => opened.field(/^Name/).inputValue()).toBe('from-json')
    await expect.poll(() => opened.field(/^Scopes/).inputValue()).toBe('mail.read')
  })
})

test('a credential of a provider is asked only for what differs', async () => {
  await console_.broker.api.call('POST', '/v1/providers', {
    name: 'mail',
    title: 'Mail service',
    recipe: {
      grant: 'client_credentials',
      token_url: world.oidc.tokenUrl,
      client_auth: 'client_secret_basic',
      scope: ['mail.read'],
    },
  })
  const opened = await console_.open('/credentials/new')
  await opened.page.getByRole('link', { name: /^Mail service/ }).click()
  await opened.field(/^Name/).fill('mail-of-ada')
  await opened.field(/^Client Identifier/).fill('basic')
  await opened.field(/^Client Secret/).fill(PLAIN_SECRET)
  await expect.poll(() => opened.field(/^Token Endpoint/).count()).toBe(0)
  await opened.button(/^Add$/).click()
  await opened.page.getByRole('heading', { name: /mail-of-ada/ }).waitFor()
  expect((await console_.broker.api.credential('mail-of-ada')).provider).toEqual({ name: 'mail', version: 1 })
})
