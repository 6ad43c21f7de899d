import { readFile } from 'node:fs/promises'
import jsonwebtoken from 'jsonwebtoken'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ADMIN_KEY } from '../broker.ts'
import { type ActivityServer, answering, startActivity } from '../marketing-cloud/activity-server.ts'
import {
  clientCredentials,
  restActivity,
  secured,
  startTokenEndpoint,
  type TokenEndpoint,
} from '../marketing-cloud/world.ts'
import { type Console, startConsole, takeSecret } from './console.ts'
import { expectFits } from './fits.ts'

let console_: Console
let activity: ActivityServer
let tokens: TokenEndpoint
beforeAll(async () => {
  ;[console_, activity, tokens] = await Promise.all([startConsole(), startActivity(), startTokenEndpoint()])
})
afterAll(() => Promise.all([console_.close(), activity.close(), tokens.close()]))

const SECRET = 'secret-of-the-client'
const everythingIn = (page: Page) =>
  page.evaluate(() =>
    [
      document.documentElement.outerHTML,
      JSON.stringify({ ...localStorage, ...sessionStorage }),
      location.href,
    ].join(),
  )

const config = () =>
  restActivity(
    {
      url: `${activity.url}/execute`,
      inArguments: [{ email: '{{Contact.Attribute.Email}}' }],
      ...secured('orders & co'),
    },
    {
      configurationArguments: {
        validate: { url: `${activity.url}/validate`, ...secured('orders & co') },
        publish: { url: `${activity.url}/publish`, ...secured('orders & co') },
      },
    },
  )

test('a security context is made by the form, and its secret stays nowhere', async () => {
  const opened = await console_.open('/marketing-cloud?tab=contexts')
  const { page, button, field } = opened
  await button('New security context').click()
  await field('Grant').selectOption('client_credentials')
  await field(/^Name/).fill('Orders')
  await field('External key').fill('orders & co')
  await field('Token endpoint').fill(`${tokens.url}/token`)
  await field('Client id').fill('orders')
  await field('Client secret').fill(SECRET)
  await opened.expectAccessible()
  await button('Create it').click()
  // The one thing that is missing is said where it belongs.
  await expect
    .poll(() => page.getByLabel('Valid service URLs, 1').getAttribute('aria-invalid').then(Boolean))
    .toBe(false)
  await page.getByText('One field needs another look.').waitFor()
  await page.getByLabel('Valid service URLs, 1').fill(`${activity.url}/`)
  await button('Create it').click()
  await page.getByRole('heading', { name: 'Orders', exact: true }).waitFor()
  await page.getByText('Active', { exact: true }).waitFor()
  expect(await everythingIn(page)).not.toContain(SECRET)
  await opened.expectAccessible()
})

test('a security context is changed without naming its secret again', async () => {
  const opened = await console_.open(`/marketing-cloud/contexts/${encodeURIComponent('orders & co')}`)
  const { page, button, field } = opened
  await button('Change').click()
  await field('Scope').fill('orders.write')
  await opened.expectAccessible()
  await button('Save').click()
  await page.getByText('orders.write').waitFor()
  await expect.poll(() => tokens.calls.at(-1)?.members.scope).toBe('orders.write')
  expect(tokens.calls.at(-1)?.members.client_secret).toBe(SECRET)
})

test('an activity is registered, refused while it is not sound, published, and tried with one contact', async () => {
  const opened = await console_.open('/marketing-cloud')
  const { page, button, field } = opened
  await page.getByText('No activity is registered yet').waitFor()
  await opened.expectAccessible()
  await button('Register an activity').click()
  await page.getByLabel('The config.json itself').check()
  await field('config.json').last().fill(JSON.stringify(config()))
  await opened.expectAccessible()
  await button('Register').last().click()
  // Without an applicationExtensionKey it has to be named.
  await page.getByRole('dialog').getByRole('alert').waitFor()
  await page.getByRole('dialog').getByLabel('Key', { exact: true }).fill('discount')
  await button('Register').last().click()
  await page.getByRole('heading', { name: 'Order discount', exact: true }).waitFor()
  await page.getByText('Draft', { exact: true }).waitFor()
  await opened.expectAccessible()

  activity.behave('/publish', answering(500))
  await button('Publish').click()
  await page.getByText(/publish did not go through/).waitFor()
  await page.getByText('Draft', { exact: true }).waitFor()
  await opened.expectAccessible()
  activity.behave('/publish', () => ({}))
  await button('Publish').click()
  await page.getByText('Published', { exact: true }).waitFor()
  await page.getByText('What was called for publish').waitFor()

  activity.behave('/execute', () => ({ discount: 15 }))
  await button('Execute').click()
  await page.getByText('Sent', { exact: true }).first().waitFor()
  await expect.poll(() => page.getByLabel('out-arguments', { exact: true }).textContent()).toContain('15')
  const call = activity.calls.at(-1)!
  expect(call.inArguments).toEqual({ email: 'ada@example.com' })
  expect(call.headers.authorization).toMatch(/^Bearer token-/)
  await opened.expectAccessible()

  await field('Contact').fill('{"key": "nobody"}')
  await button('Execute').click()
  await page.getByText('Ejected', { exact: true }).first().waitFor()
})

test('a run is followed, with its counts and the result of each contact', async () => {
  activity.behave('/execute', ({ inArguments }, response) =>
    inArguments.email === 'no' ? answering(400)(undefined as never, response) : {},
  )
  const lines = ['yes', 'no', 'yes'].map((Email, index) =>
    JSON.stringify({ key: `c${index}`, attributes: { Email } }),
  )
  const answer = await fetch(`${console_.broker.url}/marketing-cloud/activities/discount/execute`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN_KEY}`, 'Content-Type': 'application/x-ndjson' },
    body: `${lines.join('\n')}\nno contact\n`,
  })
  await answer.text()
  const opened = await console_.open('/marketing-cloud/activities/discount')
  const { page } = opened
  await page.getByRole('table', { name: 'Runs' }).getByText('Finished').waitFor()
  await page.getByRole('table', { name: 'Runs' }).getByRole('link').first().click()
  const results = page.getByRole('table', { name: 'Results' })
  await results.getByText('Sent').first().waitFor()
  await expect.poll(() => results.getByRole('row').count()).toBe(5)
  await opened.expectAccessible()
  await page.getByLabel('Outcome').selectOption('invalid')
  await expect.poll(() => results.getByRole('row').count()).toBe(2)
  expect(new URL(page.url()).searchParams.get('outcome')).toBe('invalid')
})

/** The contacts `c0` … as NDJSON. */
const manyContacts = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify({ key: `c${index}`, attributes: { Email: `c${index}@example.com` } }),
  ).join('\n')

test('a run is started with pasted contacts, and shows the lines that did not go through', async () => {
  activity.behave('/execute', () => ({}))
  const opened = await console_.open('/marketing-cloud/activities/discount')
  const { page, button } = opened
  await button('Start a run').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Start it' }).click()
  await dialog.getByText('There is no contact in it.').waitFor()
  await dialog
    .getByLabel(/^Contacts, one on each line/)
    .fill(`${manyContacts(2)}\nno contact at all\n\n{"name":"nobody"}`)
  await opened.expectAccessible()
  await dialog.getByRole('button', { name: 'Start it' }).click()
  await page.getByText('Finished', { exact: true }).waitFor()
  await page.getByText('4 of 4').waitFor()
  const failing = page.getByRole('list', { name: 'Lines that did not go through' })
  await failing.getByText('no contact at all').waitFor()
  await failing.getByText('{"name":"nobody"}').waitFor()
  await expect.poll(() => failing.getByRole('listitem').count()).toBe(2)
  await opened.expectAccessible()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    button('Download these lines').click(),
  ])
  expect(await readFile(await download.path(), 'utf8')).toBe('no contact at all\n{"name":"nobody"}\n')
})

test('a run of a file is watched, stopped, and resumed, and nobody is sent twice', async () => {
  const before = activity.calls.length
  const gate = Promise.withResolvers<void>()
  activity.behave('/execute', async ({ body }) => {
    if (activity.calls.length - before > 5) await gate.promise
    return body && {}
  })
  const opened = await console_.open('/marketing-cloud/activities/discount')
  const { page, button } = opened
  await button('Start a run').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('radio', { name: 'A file' }).check()
  const file = { name: 'contacts.ndjson', mimeType: 'application/x-ndjson' }
  await dialog.getByLabel(/^File/).setInputFiles({ ...file, buffer: Buffer.from(manyContacts(60)) })
  await dialog.getByRole('button', { name: 'Start it' }).click()
  await page.getByText('Running', { exact: true }).waitFor()
  const progress = page.getByRole('progressbar', { name: 'Contacts with a result' })
  await expect.poll(async () => Number(await progress.getAttribute('aria-valuenow'))).toBeGreaterThan(0)
  await opened.expectAccessible()
  const path = new URL(page.url()).pathname.replace('/console', '')

  // It goes on while other pages are looked at.
  await page.getByRole('link', { name: 'discount' }).click()
  await page.getByRole('table', { name: 'Runs' }).getByText('Running', { exact: true }).waitFor()
  await page.goBack()
  await button('Stop').click()
  gate.resolve()
  await page.getByText('Interrupted', { exact: true }).waitFor()
  await page.getByText('The contacts are still at hand', { exact: false }).waitFor()
  await button('Resume').click()
  await page.getByText('Finished', { exact: true }).waitFor()
  await page.getByText('60 of 60').waitFor()
  const keys = activity.calls.slice(before).map(({ body }) => body.keyValue)
  expect([keys.length, new Set(keys).size]).toEqual([60, 60])
  await opened.goto(path)
  await page.getByText('Finished', { exact: true }).waitFor()
})

test('a run that another client left is resumed with the same contacts, and refuses others', async () => {
  activity.behave('/execute', () => ({}))
  const { api } = console_.broker
  const made = await api.call('POST', '/marketing-cloud/activities/discount/runs')
  const id = String(made.body.id)
  const gate = Promise.withResolvers<void>()
  const isMet = Promise.withResolvers<void>()
  activity.behave('/execute', async ({ body }) => {
    if (body.keyValue !== 'c3') return {}
    isMet.resolve()
    await gate.promise
    return {}
  })
  const breaker = new AbortController()
  const broken = fetch(`${console_.broker.url}/marketing-cloud/activities/discount/runs/${id}/resume`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN_KEY}`, 'Content-Type': 'application/x-ndjson' },
    body: manyContacts(6),
    signal: breaker.signal,
  }).catch(() => undefined)
  await isMet.promise
  breaker.abort()
  await broken
  // The broker has seen the connection end once it answers on another one.
  await api.call('GET', `/marketing-cloud/activities/discount/runs/${id}`)
  gate.resolve()
  const opened = await console_.open(`/marketing-cloud/activities/discount/runs/${id}`)
  const { page, button } = opened
  const dialog = page.getByRole('dialog')
  const resumeWith = async (contacts: string) => {
    await button('Resume').click()
    await dialog.getByLabel(/^Contacts, one on each line/).fill(contacts)
    await dialog.getByRole('button', { name: 'Resume it' }).click()
    await dialog.waitFor({ state: 'detached' })
  }
  await page.getByText('It waits to be resumed').waitFor()
  await resumeWith(manyContacts(6).replace('c0@', 'other@'))
  await page.getByText('A run is resumed with the input it began with.', { exact: false }).waitFor()
  await opened.expectAccessible()
  await page.reload()
  await resumeWith(manyContacts(6))
  await page.getByText('Finished', { exact: true }).waitFor()
  await page.getByText('6 of 6').waitFor()
})

test('a run that another client sends is seen and stopped, and goes on with the same contacts', async () => {
  const before = activity.calls.length
  const gate = Promise.withResolvers<void>()
  activity.behave('/execute', async () => {
    if (activity.calls.length - before > 5) await gate.promise
    return {}
  })
  const contacts = manyContacts(60)
  const sent = fetch(`${console_.broker.url}/marketing-cloud/activities/discount/execute`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN_KEY}`, 'Content-Type': 'application/x-ndjson' },
    body: contacts,
  })
  const opened = await console_.open('/marketing-cloud/activities/discount')
  const { page, button } = opened
  const running = page.getByRole('table', { name: 'Runs' }).getByRole('row').filter({ hasText: 'Running' })
  await running.getByRole('link').click()
  await page.getByText('The contacts are sent by another client').waitFor()
  await opened.expectAccessible()
  await button('Stop').click()
  // What is under way may have its answer.
  gate.resolve()
  await page.getByText('It waits to be resumed').waitFor()
  const last = (await (await sent).text()).trimEnd().split('\n').at(-1)!
  expect(JSON.parse(last).run.status).toBe('interrupted')
  expect(activity.calls.length - before).toBeLessThan(60)
  await button('Resume').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(/^Contacts, one on each line/).fill(contacts)
  await dialog.getByRole('button', { name: 'Resume it' }).click()
  await page.getByText('60 of 60').waitFor()
  const keys = activity.calls.slice(before).map(({ body }) => body.keyValue)
  expect([keys.length, new Set(keys).size]).toEqual([60, 60])
})

test('who may only read finds runs, and no button that sends a contact', async () => {
  const { api } = console_.broker
  const run = await api.call('POST', '/marketing-cloud/activities/discount/runs')
  const looker = await api.call('POST', '/v1/callers', { name: 'onlooker', scopes: ['credentials:read'] })
  const { page, button, goto } = await console_.open(
    `/marketing-cloud/activities/discount/runs/${run.body.id}`,
    {
      key: String(looker.body.key),
    },
  )
  await page.getByText('It waits to be resumed').waitFor()
  await expect.poll(() => button('Resume').count()).toBe(0)
  await goto('/marketing-cloud/activities/discount')
  await page.getByRole('table', { name: 'Runs' }).getByRole('link').first().waitFor()
  for (const name of ['Start a run', 'Execute']) expect(await button(name).count()).toBe(0)
})

test('what a configuration names and is not there is made from where it is missing', async () => {
  const { api } = console_.broker
  const config = restActivity({
    url: `${activity.url}/missing`,
    useJwt: true,
    customerKey: 'to come & sign',
    ...secured('to come'),
  })
  await api.call('POST', '/marketing-cloud/activities', { key: 'missing', config })
  const opened = await console_.open('/marketing-cloud/activities/missing')
  const { page, button, field } = opened
  const problems = page.getByRole('listitem')
  await opened.expectAccessible()
  await problems.filter({ hasText: 'no Salt key' }).getByRole('link', { name: 'Make one' }).click()
  await page.getByRole('dialog', { name: 'New Salt key' }).waitFor()
  await expect.poll(() => field('External key').inputValue()).toBe('to come & sign')
  await field(/^Name/).fill('To come')
  await button('Make one').click()
  await page.getByRole('alertdialog', { name: 'The key of to come & sign' }).waitFor()
  const key = await takeSecret(opened)
  await button('Create the key').click()
  await page.getByRole('table', { name: 'Salt keys' }).getByText('to come & sign').waitFor()
  await page.getByRole('dialog', { name: 'New Salt key' }).waitFor({ state: 'detached' })
  expect(new URL(page.url()).search).toBe('?tab=salt-keys')
  expect(await everythingIn(page)).not.toContain(key)

  await opened.goto('/marketing-cloud/activities/missing')
  await problems.filter({ hasText: 'no security context' }).getByRole('link', { name: 'Make one' }).click()
  await page.getByRole('dialog', { name: 'New security context' }).waitFor()
  await expect.poll(() => field('External key').inputValue()).toBe('to come')
  await field('Grant').selectOption('client_credentials')
  await field(/^Name/).fill('To come')
  await field('Token endpoint').fill(`${tokens.url}/token`)
  await field('Client id').fill('orders')
  await field('Client secret').fill(SECRET)
  await field('Valid service URLs, 1').fill(`${activity.url}/`)
  await button('Create it').click()
  // The form has led to what it made, and no further.
  await page.getByRole('heading', { name: 'To come', exact: true }).waitFor()
  await opened.goto('/marketing-cloud/activities/missing')
  await page.getByText('Draft', { exact: true }).waitFor()
  await expect.poll(() => page.getByRole('link', { name: 'Make one' }).count()).toBe(0)

  const made = await api.call('POST', '/v1/callers', { name: 'looker', scopes: ['credentials:read'] })
  const viewer = await console_.open('/marketing-cloud?tab=salt-keys&new=yes', { key: String(made.body.key) })
  await viewer.page.getByRole('table', { name: 'Salt keys' }).getByText('to come & sign').waitFor()
  await expect.poll(() => viewer.page.getByRole('dialog').count()).toBe(0)
  await api.call('DELETE', '/marketing-cloud/activities/missing')
  await api.call('DELETE', `/marketing-cloud/salt-keys/${encodeURIComponent('to come & sign')}`)
})

test('an activity is stopped after a question, and deleted by its name', async () => {
  const opened = await console_.open('/marketing-cloud/activities/discount')
  const { page, button } = opened
  await button('More actions').click()
  await page.getByRole('menuitem', { name: 'Stop' }).click()
  await opened.expectAccessible()
  await button('Stop it').click()
  await page.getByText('Stopped', { exact: true }).waitFor()
  await button('More actions').click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByLabel('Type discount to confirm').fill('discount')
  await button('Delete the activity').click()
  await page.getByText('No activity is registered yet').waitFor()
})

test('a Salt key goes in, is never shown, and goes again', async () => {
  const opened = await console_.open('/marketing-cloud?tab=salt-keys')
  const { page, button, field } = opened
  const key = `0x${'5a'.repeat(32)}`
  await button('New Salt key').click()
  await field(/^Name/).fill('Bodies')
  await field('External key').fill('bodies')
  await page.getByLabel('Key *', { exact: true }).fill('not hexadecimal')
  await button('Create the key').click()
  await page.getByText(/A Salt key is 0x/).waitFor()
  await page.getByLabel('Key *', { exact: true }).fill(key)
  await button('Create the key').click()
  await page.getByRole('table', { name: 'Salt keys' }).getByText('32 bytes').waitFor()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await everythingIn(page)).not.toContain(key)
  await opened.expectAccessible()
  await button('Delete bodies').click()
  await page.getByLabel('Type bodies to confirm').fill('bodies')
  await button('Delete the key').click()
  await page.getByText('No Salt key yet').waitFor()
})

test('a Salt key is rotated: the next one is shown before it signs, and then signs alone', async () => {
  const { api } = console_.broker
  const former = `0x${'0f'.repeat(32)}`
  await api.call('POST', '/marketing-cloud/salt-keys', { name: 'Bodies', externalKey: 'signed', key: former })
  const config = restActivity({ url: `${activity.url}/signed`, useJwt: true, customerKey: 'signed' })
  await api.call('POST', '/marketing-cloud/activities', { key: 'signed', config })
  await api.call('POST', '/marketing-cloud/activities/signed/publish')
  /** Who signed what the activity is sent now. */
  const signer = async (keys: Record<string, string>) => {
    await api.call('POST', '/marketing-cloud/activities/signed/execute', { key: 'c1' })
    const { path, text } = activity.calls.at(-1)!
    expect(path).toBe('/signed')
    const options = { clockTimestamp: console_.broker.clock.now() }
    return Object.keys(keys).filter((name) => {
      try {
        return jsonwebtoken.verify(text, Buffer.from(keys[name]!.slice(2), 'hex'), options)
      } catch {
        return false
      }
    })
  }
  expect(await signer({ former })).toEqual(['former'])

  const opened = await console_.open('/marketing-cloud?tab=salt-keys')
  const { page, button } = opened
  await button('Rotate signed').click()
  const dialog = page.getByRole('dialog', { name: 'Rotate signed' })
  const next = dialog.getByRole('textbox', { name: 'Next key' })
  await opened.expectAccessible()
  for (const wrong of ['', 'not hexadecimal']) {
    await next.fill(wrong)
    await dialog.getByRole('button', { name: 'Rotate the key' }).click()
    await dialog.getByText(/A Salt key is 0x/).waitFor()
  }
  await dialog.getByRole('button', { name: 'Make one' }).click()
  const made = await takeSecret(opened)
  expect(made).toMatch(/^0x[0-9a-f]{64}$/)
  expect(await signer({ former, made })).toEqual(['former'])
  await dialog.getByRole('button', { name: 'Rotate the key' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await everythingIn(page)).not.toContain(made)
  expect(await signer({ former, made })).toEqual(['made'])

  await button('Rotate signed').click()
  await next.fill(former.slice(0, 2 + 2 * 16))
  await dialog.getByRole('button', { name: 'Rotate the key' }).click()
  await page.getByRole('table', { name: 'Salt keys' }).getByText('16 bytes').waitFor()
})

test.each([360, 2560])('the pages of Marketing Cloud fit a window of %i pixels', async (width) => {
  await console_.broker.api.call('POST', '/marketing-cloud/security-contexts?wait=20', {
    ...clientCredentials(tokens),
    externalKey: `at-${width}`,
    validServiceUrls: [`${activity.url}/`],
  })
  await console_.broker.api.call('POST', '/marketing-cloud/activities', {
    key: `at-${width}`,
    config: restActivity({ url: `${activity.url}/execute`, ...secured(`at-${width}`) }),
  })
  const opened = await console_.open('/marketing-cloud', { width, theme: 'dark' })
  for (const path of [
    '',
    '?tab=contexts',
    '?tab=salt-keys',
    `/activities/at-${width}`,
    `/contexts/at-${width}`,
  ]) {
    await opened.goto(`/marketing-cloud${path}`)
    await opened.page.getByRole('heading', { level: 2 }).first().waitFor()
    await expectFits(opened)
  }
})
