import { AUDIT_EVENT_TYPES } from '@bursar/domain/reactor/audit-event.ts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type HttpServer, readText, startHttpServer } from '../http-server.ts'
import { openDesk } from '../reactor/forwarding.ts'
import { startTokenServer, type TokenServer } from '../reactor/token-server.ts'
import { create, type Json, type World, worldOf } from '../reactor/world.ts'
import { type Console, type ConsolePage, startConsole } from './console.ts'
import { expectFits } from './fits.ts'

interface Received {
  url: string
  authorization: string | undefined
  body: string
}

let console_: Console
let tokens: TokenServer
let world: World
let destination: HttpServer
const received: Received[] = []
beforeAll(async () => {
  ;[console_, tokens, destination] = await Promise.all([
    startConsole(),
    startTokenServer(),
    startHttpServer(async (request, response) => {
      const { authorization } = request.headers
      received.push({ url: request.url!, authorization, body: await readText(request) })
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{"thanks":true}')
    }),
  ])
  world = await worldOf(console_.broker)
})
afterAll(() => Promise.all([console_.close(), tokens.close(), destination.close()]))

const tab = (page: Page, name: string) => page.getByRole('tab', { name, exact: true }).click()
/** The dialog that is open; what is said in passing has that role too, and a place in the order of Tab. */
const dialog = (page: Page) => page.locator('[role="dialog"][tabindex="-1"]')
const closed = (page: Page) => dialog(page).waitFor({ state: 'detached' })
/** A required field by its name, in the dialog that is open. */
const field = (page: Page, name: string) => dialog(page).getByLabel(new RegExp(`^${name}( \\*)?$`))
const press = (page: Page, name: string) => dialog(page).getByRole('button', { name, exact: true }).click()

/** Path of the page, below `/console`. */
const pathOf = (page: Page) => new URL(page.url()).pathname.replace('/console', '')

let propertyPath: string
let libraryPath: string
let rulePath: string
let firstBuildPath: string

async function makeDesk({ page, button }: ConsolePage): Promise<void> {
  await button('New property').click()
  await field(page, 'Name').fill('Shop')
  await press(page, 'Create it')
  await page.getByRole('heading', { name: 'Shop', exact: true }).waitFor()
  propertyPath = pathOf(page)

  await tab(page, 'Environments')
  await button('New environment').click()
  await field(page, 'Name').fill('Development')
  await press(page, 'Create it')
  await page.getByRole('table', { name: 'Environments' }).getByText('Development', { exact: true }).waitFor()

  await tab(page, 'Secrets')
  await button('New secret').click()
  await field(page, 'Name').fill('crm')
  await field(page, 'Client id').fill('crm')
  await field(page, 'Client secret').fill('secret of the client')
  await field(page, 'Token URL').fill(`${tokens.url}/token`)
  await field(page, 'Environment').selectOption({ label: 'Development (development)' })
  await press(page, 'Create it')
  await page.getByText('Succeeded', { exact: true }).waitFor()
}

test('from nothing to an event that was answered, without leaving the console', async () => {
  const opened = await console_.open('/reactor')
  const { page, button } = opened
  await makeDesk(opened)

  await opened.goto(`${propertyPath}?tab=data-elements`)
  await page.getByText('No data element yet').waitFor()
  await button('New data element').click()
  await field(page, 'Name').fill('crm token')
  await field(page, 'Type').selectOption({ label: 'Secret' })
  await field(page, 'Secret for development').selectOption({ label: 'crm' })
  await opened.expectAccessible()
  await press(page, 'Create it')
  await closed(page)
  await button('New data element').click()
  await field(page, 'Name').fill('order')
  await field(page, 'Type').selectOption({ label: 'Path' })
  await field(page, 'Path').fill('arc.event.xdm.order')
  await press(page, 'Create it')
  await closed(page)
  await page.getByRole('link', { name: 'order', exact: true }).waitFor()
  await opened.expectAccessible()

  await tab(page, 'Rules')
  await page.getByText('No rule yet').waitFor()
  await button('New rule').click()
  await field(page, 'Name').fill('Orders to the CRM')
  await press(page, 'Create it')
  await page.getByText('Nothing: there is no action yet.').waitFor()
  rulePath = pathOf(page)
  await button('Add a condition').click()
  await field(page, 'Name').fill('There is an order')
  await field(page, 'Type').selectOption({ label: 'Value Comparison' })
  await field(page, 'Data element').selectOption({ label: 'order' })
  await field(page, 'Comparison').selectOption({ label: 'is there, and is not 0, false or empty' })
  await opened.expectAccessible()
  await press(page, 'Add the condition')
  await closed(page)
  await page.getByText('{{order}} is there, and is not 0, false or empty').waitFor()

  await button('Add an action').click()
  // The extension that sends is not in the property yet, and is put there from here.
  await dialog(page).getByText('Adobe Cloud Connector is not in this property').waitFor()
  await press(page, 'Put it in')
  await field(page, 'Name').fill('Send')
  await field(page, 'Type').selectOption({ label: 'Make Fetch Call' })
  await field(page, 'Method').selectOption('POST')
  await field(page, 'URL').fill('ftp://crm.example.com/orders')
  await press(page, 'Add a header')
  await field(page, 'Header 1').fill('Authorization')
  await field(page, 'Value 1').fill('Bearer {{crm token}}')
  await field(page, 'Body').fill('{"order":"{{order}}"}')
  await field(page, 'Key of the answer').fill('crm')
  await press(page, 'Add the action')
  // What Bursar says about a member of the settings, which are a text to it, stands beside the field.
  await dialog(page).getByText('A URL begins with https://', { exact: false }).waitFor()
  await expect.poll(() => field(page, 'URL').getAttribute('aria-invalid')).toBe('true')
  await opened.expectAccessible()
  await field(page, 'URL').fill(`${destination.url}/orders`)
  await press(page, 'Add the action')
  await closed(page)
  await page.getByText(`POST ${destination.url}/orders`).waitFor()
  await opened.expectAccessible()

  await opened.goto(`${propertyPath}?tab=libraries`)
  await button('New library').click()
  await field(page, 'Name').fill('First')
  await field(page, 'Environment').selectOption({ label: 'Development (development)' })
  await press(page, 'Create it')
  await page.getByRole('heading', { name: 'First', exact: true }).waitFor()
  libraryPath = pathOf(page)
  await button('Add resources').click()
  // Rules and data elements are ticked already; extensions need not come along.
  await expect.poll(() => dialog(page).getByLabel('Orders to the CRM').isChecked()).toBe(true)
  await expect.poll(() => dialog(page).getByLabel('Core', { exact: true }).isChecked()).toBe(false)
  await opened.expectAccessible()
  await press(page, 'Add them')
  await closed(page)
  await page.getByRole('region', { name: 'Rules' }).getByText('revision 1').waitFor()
  await button('Build').click()
  await page.getByText('It was built, and its environment runs it from now on').waitFor()
  await opened.expectAccessible()

  await page.getByRole('link', { name: 'Try an event' }).click()
  await page.getByRole('heading', { name: 'Build of First' }).waitFor()
  firstBuildPath = pathOf(page)
  await page.getByLabel('Event', { exact: true }).fill('{"xdm":{"order":{"id":"o-77"}}}')
  await button('Send the event').click()
  const result = page.getByRole('list', { name: 'What became of it' })
  await result.getByText('Went through').waitFor()
  await result.getByText('Orders to the CRM', { exact: true }).click()
  await page.getByRole('region', { name: 'logs of the rule' }).getByText('thanks').waitFor()
  await opened.expectAccessible()
  expect(received).toEqual([
    {
      url: '/orders',
      authorization: expect.stringMatching(/^Bearer token-\d+$/),
      body: '{"order":{"id":"o-77"}}',
    },
  ])
  const token = received[0]!.authorization!.slice('Bearer '.length)
  expect(await page.content()).not.toContain(token)

  await page.getByLabel('Event', { exact: true }).fill('{"xdm":{}}')
  await button('Send the event').click()
  await result.getByText('Condition did not hold').waitFor()
  expect(received).toHaveLength(1)

  // What is no event yet is not sent, nor the one before it.
  const calls = opened.asked.length
  await page.getByLabel('Event', { exact: true }).fill('{"xdm":{')
  await button('Send the event').click()
  await page.getByText('This is not JSON.').waitFor()
  expect(opened.asked.slice(calls).filter((url) => url.includes('/events'))).toEqual([])
})

test('settings are JSON too, and what is changed comes into the library as another revision', async () => {
  const opened = await console_.open(rulePath)
  const { page, button } = opened
  await button('Change Send').click()
  await press(page, 'Show as JSON')
  const json = dialog(page).getByLabel('Settings as JSON')
  const settings = JSON.parse(await json.inputValue())
  expect(settings.body).toEqual({ order: '{{order}}' })
  await json.fill('{"url": ')
  await press(page, 'Save')
  await dialog(page).getByText('This is not JSON.').waitFor()
  await expect.poll(() => json.evaluate((one) => one === document.activeElement)).toBe(true)
  expect(await json.getAttribute('aria-invalid')).toBe('true')
  await json.fill(JSON.stringify({ ...settings, url: `${destination.url}/second` }))
  await expect.poll(() => json.getAttribute('aria-invalid')).toBe(null)
  await opened.expectAccessible()
  await press(page, 'Show as a form')
  await expect.poll(() => field(page, 'URL').inputValue()).toBe(`${destination.url}/second`)
  await press(page, 'Save')
  await closed(page)
  await page.getByText(`POST ${destination.url}/second`).waitFor()
  await page.getByText('Changed', { exact: true }).first().waitFor()

  await opened.goto(libraryPath)
  await button('Take the newest of Orders to the CRM').click()
  await page.getByRole('region', { name: 'Rules' }).getByText('revision 2').waitFor()
  await button('Build').click()
  await page.getByText('It was built, and its environment runs it from now on').waitFor()
  const builds = page.getByRole('table', { name: 'Builds' })
  await expect.poll(() => builds.getByRole('link').count()).toBe(2)

  // The first build is told to run again, and answers in place of the second.
  await page.locator(`a[href$="${firstBuildPath}"]`).click()
  await page.getByRole('heading', { name: 'Build of First' }).waitFor()
  await button('Run it again').click()
  await page.getByText('The environment runs this build from now on.').waitFor()
  await page.getByLabel('Event', { exact: true }).fill('{"xdm":{"order":1}}')
  await button('Send the event').click()
  await page.getByRole('list', { name: 'What became of it' }).getByText('Went through').waitFor()
  expect(received.at(-1)!.url).toBe('/orders')
})

test('a build that fails says why, and leaves its environment as it was', async () => {
  const opened = await console_.open(libraryPath)
  const { page, button } = opened
  await page.getByRole('region', { name: 'Data elements' }).getByText('crm token').waitFor()
  await button('Take crm token out').click()
  await page.getByRole('button', { name: 'Take crm token out' }).waitFor({ state: 'detached' })
  await button('Take order out').click()
  await page.getByRole('button', { name: 'Take order out' }).waitFor({ state: 'detached' })
  await opened.goto(`${propertyPath}?tab=extensions`)
  await button('Disable Adobe Cloud Connector').click()
  await page.getByText('Disabled', { exact: true }).waitFor()
  await opened.expectAccessible()
  await opened.goto(libraryPath)
  await button('Build').click()
  await page.getByText('The build failed; its environment goes on as it was').waitFor()
  await page.getByRole('table', { name: 'Builds' }).getByText('Failed', { exact: true }).waitFor()
  await opened.goto(`${propertyPath}?tab=extensions`)
  await button('Enable Adobe Cloud Connector').click()
  await expect.poll(() => page.getByText('In this property', { exact: true }).count()).toBe(2)
})

test('a library goes back and forth between its states, is renamed, and is deleted by its name', async () => {
  const opened = await console_.open(libraryPath)
  const { page, button } = opened
  await button('Submit').click()
  await page.getByText('Submitted', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Add resources' }).waitFor({ state: 'detached' })
  await button('Reject').click()
  await page.getByText('Rejected', { exact: true }).waitFor()
  await button('Develop again').click()
  await page.getByText('Development', { exact: true }).waitFor()
  await button('More actions').click()
  await page.getByRole('menuitem', { name: 'Change' }).click()
  await field(page, 'Name').fill('Second')
  await field(page, 'Environment').selectOption('')
  await press(page, 'Save')
  await page.getByRole('heading', { name: 'Second', exact: true }).waitFor()
  await page.getByText('None: it can not be built').waitFor()
  await button('More actions').click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByLabel('Type Second to confirm').fill('Second')
  await button('Delete the library').click()
  await page.getByText('No library yet').waitFor()
})

test('a data element is changed, remarked upon, and deleted by its name', async () => {
  const opened = await console_.open(`${propertyPath}?tab=data-elements`)
  const { page, button } = opened
  await page.getByRole('link', { name: 'order', exact: true }).click()
  await page.getByText('{{order}}', { exact: true }).waitFor()
  await button('Change').click()
  await field(page, 'Default value').fill('none')
  await dialog(page).getByLabel('Enabled: builds take it along').uncheck()
  await press(page, 'Save')
  await closed(page)
  await page.getByText('Disabled', { exact: true }).waitFor()
  await page.getByLabel('New note').fill('Asked for by finance.')
  await button('Add the note').click()
  await page.getByRole('list', { name: 'Notes' }).getByText('Asked for by finance.').waitFor()
  await button('Add the note').click()
  await expect.poll(() => page.getByLabel('New note').getAttribute('aria-invalid')).toBe('true')
  await opened.expectAccessible()
  await button('Delete').click()
  await page.getByLabel('Type order to confirm').fill('order')
  await button('Delete the data element').click()
  await page.getByRole('link', { name: 'crm token' }).waitFor()
  await page.getByRole('link', { name: 'order', exact: true }).waitFor({ state: 'detached' })
})

test('a condition that was turned round is deleted after a question, and a rule by its name', async () => {
  const opened = await console_.open(rulePath)
  const { page, button } = opened
  await button('Change There is an order').click()
  await dialog(page).getByLabel('Turn it round: it has not to hold').check()
  await press(page, 'Save')
  await closed(page)
  await page.getByText('Not:', { exact: true }).waitFor()
  await button('Delete There is an order').click()
  await press(page, 'Delete it')
  await page.getByText('Always: there is no condition.').waitFor()
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByLabel('Type Orders to the CRM to confirm').fill('Orders to the CRM')
  await button('Delete the rule').click()
  await page.getByText('No rule yet').waitFor()
})

test('a host is kept, changed and deleted, and a property has notes', async () => {
  const opened = await console_.open(`${propertyPath}?tab=hosts`)
  const { page, button } = opened
  await page.getByText('No host yet').waitFor()
  await button('New host').click()
  await field(page, 'Name').fill('Delivery')
  await dialog(page).getByLabel('SFTP').check()
  await field(page, 'Server').fill('files.example.com')
  await field(page, 'Port').fill('22')
  await opened.expectAccessible()
  await press(page, 'Create it')
  await closed(page)
  await button('Change Delivery').click()
  await field(page, 'Server').fill('other.example.com')
  await press(page, 'Save')
  await closed(page)
  await page.getByRole('table', { name: 'Hosts' }).getByText('other.example.com').waitFor()
  await button('Delete Delivery').click()
  await page.getByLabel('Type Delivery to confirm').fill('Delivery')
  await button('Delete the host').click()
  await page.getByText('No host yet').waitFor()
  await tab(page, 'Notes')
  await page.getByLabel('New note').fill('The shop of the north.')
  await button('Add the note').click()
  await page.getByText('The shop of the north.').waitFor()
})

test('a callback is told what becomes of the property, and the page says what did not arrive', async () => {
  const broken = await startHttpServer((_request, response) => void response.writeHead(500).end())
  const opened = await console_.open(`${propertyPath}?tab=callbacks`)
  const { page, button } = opened
  await page.getByText('No callback yet').waitFor()
  await button('New callback').click()
  await press(page, 'Create it')
  await dialog(page).getByText('url is missing.').first().waitFor()
  await field(page, 'URL').fill(`${destination.url}/hook`)
  await dialog(page).getByLabel('host.created').check()
  await opened.expectAccessible()
  await press(page, 'Create it')
  await closed(page)
  const table = page.getByRole('table', { name: 'Callbacks' })
  await table.getByText('All told').waitFor()
  await world.call('POST', `${propertyPath.replace('/reactor', '')}/hosts`, create('hosts', { name: 'Told' }))
  const told = () => received.filter(({ url }) => url === '/hook')
  await expect.poll(() => told().length).toBe(1)
  expect(JSON.parse(told()[0]!.body).data.attributes.type_of).toBe('host.created')

  await button(`Change ${destination.url}/hook`).click()
  await field(page, 'URL').fill(`${broken.url}/hook`)
  await dialog(page).getByRole('button', { name: 'Choose all' }).click()
  await press(page, 'Save')
  await closed(page)
  await table.getByText('everything').waitFor()
  await world.call('POST', `${propertyPath.replace('/reactor', '')}/hosts`, create('hosts', { name: 'Lost' }))
  await expect
    .poll(async () => {
      await opened.goto(`${propertyPath}?tab=callbacks`)
      await table.getByText(/All told|1 waits/).waitFor()
      return table.getByText('1 waits').count()
    })
    .toBe(1)
  await table.getByText('The answer was 500.').waitFor()
  await button(`Delete ${broken.url}/hook`).click()
  await press(page, 'Delete the callback')
  await page.getByText('No callback yet').waitFor()
  await broken.close()
})

test('what has no page of its own is remarked upon where it stands', async () => {
  const desk = await openDesk(world)
  const action = { method: 'GET', url: 'https://api.example.com/' }
  const rule = await desk.rule('Remarked', { actions: [action] })
  const { body } = await world.call('GET', `/rules/${rule}/rule_components`)
  const [part] = body.data
  const opened = await console_.open(`/reactor/rules/${rule}`)
  const { page, button } = opened
  const remark = async (text: string) => {
    await dialog(page).getByText('No note yet.').waitFor()
    await dialog(page).getByLabel('New note').fill(text)
    await press(page, 'Add the note')
    await dialog(page).getByRole('list', { name: 'Notes' }).getByText(text).waitFor()
    await opened.expectAccessible()
    await press(page, 'Close')
    await closed(page)
  }
  await button(`Notes on ${part.attributes.name}`).click()
  await remark('Their server is slow.')
  await opened.goto(`/reactor/properties/${desk.propertyId}?tab=extensions`)
  await button('Notes on Core').click()
  await remark('Comes with the property.')
  const textsOf = async (path: string) =>
    (await world.call('GET', `${path}/notes`)).body.data.map((note: Json) => note.attributes.text)
  expect(await textsOf(`/rule_components/${part.id}`)).toEqual(['Their server is slow.'])
  expect(await textsOf(`/rules/${rule}`)).toEqual([])
})

test('a viewer reads rules and libraries and is offered no change', async () => {
  const desk = await openDesk(world)
  const rule = await desk.rule('Seen', { actions: [{ method: 'GET', url: 'https://api.example.com/' }] })
  const made = await console_.broker.api.call('POST', '/v1/callers', {
    name: 'viewer',
    scopes: ['credentials:read'],
  })
  const { page } = await console_.open(`/reactor/rules/${rule}`, { key: made.body.key })
  await page.getByText('GET https://api.example.com/').waitFor()
  await page.getByRole('button', { name: /^Notes on / }).click()
  await dialog(page).getByText('No note yet.').waitFor()
  await expect.poll(() => dialog(page).getByLabel('New note').count()).toBe(0)
  await page.keyboard.press('Escape')
  await closed(page)
  for (const name of ['Change', 'Delete', 'Add a condition', 'Add an action', 'Add the note']) {
    await expect.poll(() => page.getByRole('button', { name, exact: true }).count()).toBe(0)
  }
})

test.each([360, 2560])('the pages of publishing fit a window of %i pixels', async (width) => {
  const desk = await openDesk(world)
  const environment = await world.environment(desk.propertyId)
  const element = await desk.element('a data element with a long name', 'path', { path: 'arc.event' })
  const rule = await desk.rule('forward', {
    actions: [{ method: 'POST', url: 'https://api.example.com/a/long/path/of/an/address' }],
  })
  const library = await desk.library(environment, { data_elements: [element], rules: [rule] })
  const build = await desk.build(library)
  const note = create('notes', { text: 'It was asked for.' })
  await world.call('POST', `/rules/${rule}/notes`, note)
  const callback = create('callbacks', {
    url: `${destination.url}/a/long/path/of/an/address`,
    subscriptions: AUDIT_EVENT_TYPES,
  })
  await world.call('POST', `/properties/${desk.propertyId}/callbacks`, callback)
  const opened = await console_.open('/reactor', { width, theme: 'dark' })
  for (const [path, text] of [
    [`/properties/${desk.propertyId}?tab=data-elements`, 'a data element with a long name'],
    [`/properties/${desk.propertyId}?tab=rules`, 'forward'],
    [`/properties/${desk.propertyId}?tab=extensions`, 'Make Fetch Call'],
    [`/properties/${desk.propertyId}?tab=hosts`, 'No host yet'],
    [`/properties/${desk.propertyId}?tab=callbacks`, 'All told'],
    [`/data-elements/${element}`, 'arc.event'],
    [`/rules/${rule}`, 'It was asked for.'],
    [`/libraries/${library}`, 'revision 1'],
    [`/builds/${build.id}`, 'Try an event'],
  ] as const) {
    await opened.goto(`/reactor${path}`)
    await opened.page.getByText(text).first().waitFor()
    await expectFits(opened)
  }
})
