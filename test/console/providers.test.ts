import { afterAll, beforeAll, expect, test } from 'vitest'
import { PRESETS } from '../../packages/console/src/pages/providers/presets.ts'
import { type Provider, startProvider } from '../provider.ts'
import { type Console, type ConsolePage, startConsole } from './console.ts'
import { expectFits } from './fits.ts'

let console_: Console
let provider: Provider
beforeAll(async () => {
  ;[console_, provider] = await Promise.all([startConsole(), startProvider()])
})
afterAll(() => Promise.all([console_.close(), provider.close()]))

const SECRET = 'a-secret-that-nobody-sees'

const makeProvider = (name: string, recipe: Record<string, unknown> = {}) =>
  console_.broker.api.call('POST', '/v1/providers', {
    name,
    recipe: { grant: 'client_credentials', token_url: provider.tokenUrl, ...recipe },
  })

const everythingIn = ({ page }: ConsolePage) =>
  page.evaluate(() =>
    [
      document.documentElement.outerHTML,
      ...[...document.querySelectorAll('input, textarea')].map((one) => (one as HTMLInputElement).value),
      JSON.stringify({ ...localStorage, ...sessionStorage }),
      location.href,
    ].join(),
  )

test('every preset is a recipe that Bursar takes', async () => {
  for (const { id, title, recipe } of PRESETS) {
    const { status, body } = await console_.broker.api.call('POST', '/v1/providers', {
      name: id,
      title,
      recipe,
    })
    expect([id, status, body.errors]).toEqual([id, 201, undefined])
    await console_.broker.api.call('DELETE', `/v1/providers/${id}`)
  }
})

test('a provider begins with a preset and is listed with how many credentials use it', async () => {
  const opened = await console_.open('/providers')
  const { page, field, button } = opened
  await page.getByRole('link', { name: /^HubSpot/ }).click()
  await field(/^Name/).fill('our-hubspot')
  await opened.expectAccessible()
  await button('Create the provider').click()
  await page.getByRole('heading', { name: 'HubSpot', exact: true }).waitFor()

  await makeProvider('used-one')
  await console_.broker.api.create({
    name: 'its-credential',
    provider: 'used-one',
    recipe: { client_id: 'client' },
    secrets: { client_secret: 's' },
    destinations: [provider.apiUrl],
  })
  await opened.goto('/providers?q=used')
  const row = page.getByRole('row').filter({ hasText: 'used-one' })
  await row.getByText('1 credential').waitFor()
  await expect.poll(() => page.getByRole('link', { name: 'our-hubspot' }).count()).toBe(0)
  await opened.expectAccessible()
  await page.getByRole('link', { name: 'used-one' }).click()
  await page.getByRole('tab', { name: 'Used by' }).click()
  await page.getByRole('link', { name: 'its-credential' }).waitFor()

  await button('More').click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByLabel('Type used-one to confirm').fill('used-one')
  await button('Delete the provider').click()
  await page.getByRole('alert').getByText('Credentials use the provider').waitFor()
})

test('what Bursar refuses stands beside its field', async () => {
  const { page, field, button } = await console_.open('/providers/new?from=nothing')
  await field(/^Name/).fill('Not A Name')
  await field(/^Token URL/).fill('nowhere')
  await button('Create the provider').click()
  await page.waitForFunction(() => document.querySelectorAll('[aria-invalid="true"]').length === 2)
  await expect.poll(() => field(/^Name/).getAttribute('aria-invalid')).toBe('true')
  await expect.poll(() => field(/^Token URL/).inputValue()).toBe('nowhere')
})

test('a member that counts as true when it is not said can be said to be false', async () => {
  await makeProvider('forgetful')
  const { page, field, button } = await console_.open('/providers/forgetful/edit')
  await field('Keep token').selectOption('No')
  await button('Save as version 2').click()
  await page.getByRole('tab', { name: 'Versions (2)' }).waitFor()
  const { body } = await console_.broker.api.call('GET', '/v1/providers/forgetful')
  expect(body.recipe.lifetime).toEqual({ keep_token: false })
})

test('another version is saved, and what changed is shown line by line', async () => {
  await makeProvider('versioned')
  const opened = await console_.open('/providers/versioned/edit')
  const { page, field, button } = opened
  await field('Client ID').fill('the-new-client')
  await button('Save as version 2').click()
  await page.getByRole('tab', { name: 'Versions (2)' }).click()
  const added = page.locator('[data-kind="added"]')
  await added.first().waitFor()
  await expect.poll(() => added.allInnerTexts()).toEqual([expect.stringContaining('the-new-client')])
  await opened.expectAccessible()
})

test('who saves over the version of somebody else is told, loses nothing and decides', async () => {
  await makeProvider('contested')
  const { page, field, button } = await console_.open('/providers/contested/edit')
  await field('Client ID').fill('mine')
  await console_.broker.api.call('PUT', '/v1/providers/contested', {
    recipe: { grant: 'client_credentials', token_url: provider.tokenUrl, client_id: 'theirs' },
  })
  await button('Save as version 2').click()
  await page.getByText('Somebody saved version 2 while you were editing.').waitFor()
  await expect.poll(() => field('Client ID').inputValue()).toBe('mine')
  await button('What they changed').click()
  await page.getByRole('dialog').getByText('theirs').waitFor()
  await button('Close').click()
  await button('Keep mine').click()
  await button('Save as version 3').click()
  await page.getByRole('tab', { name: 'Versions (3)' }).waitFor()
  const { body } = await console_.broker.api.call('GET', '/v1/providers/contested')
  expect(body.recipe.client_id).toBe('mine')
})

test('the workbench renders a request while it is typed, and marks the line that is wrong', async () => {
  const opened = await console_.open('/providers/new?from=nothing&view=workbench')
  const { page, button } = opened
  await button('Write the request yourself').click()
  const preview = page.getByRole('region', { name: 'request preview' })
  await preview.getByText('grant_type=client_credentials&client_id=the-client-id').waitFor()
  await page.getByLabel('Body', { exact: true }).fill('{\n  "id": "{{ authData.clientId | uper }}"\n}')
  const place = button(/^Line 2, column \d+$/)
  await place.waitFor()
  await opened.expectAccessible()
  await place.click()
  await expect
    .poll(() => page.evaluate(() => (document.activeElement as HTMLTextAreaElement).selectionStart))
    .toBeGreaterThan(2)
  await page.getByLabel('Body', { exact: true }).fill('{"id": "{{ authData.clientId | upper }}"}')
  await preview.getByText('{"id": "THE-CLIENT-ID"}').waitFor()
  await expect.poll(() => place.count()).toBe(0)
})

test('a sample answer is mapped by picking its values, by keyboard alone', async () => {
  const opened = await console_.open('/providers/new?from=nothing&view=workbench')
  const { page, field, button } = opened
  await field('Sample answer').fill('{"data": {"tokens": [{"jwt": "abc"}], "ttl": 60, "odd.name": "x"}}')
  const leaf = button(/^data › tokens › 0 › jwt/)
  await leaf.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: 'Access token' }).waitFor()
  await opened.expectAccessible()
  await page.keyboard.press('Enter')
  await page.getByLabel('Access token, path').and(page.locator('[value="data.tokens[0].jwt"]')).waitFor()
  await button(/^data › ttl/).click()
  await page.getByRole('menuitem', { name: 'Lifetime in seconds' }).click()
  await button(/^data › odd\.name/).click()
  await page.getByRole('menuitem', { name: 'A field that answers tell' }).click()
  await page.getByText('= x').waitFor()
  await page.getByRole('tab', { name: 'JSON' }).click()
  const recipe = JSON.parse(await page.getByLabel('Recipe', { exact: true }).last().inputValue())
  expect(recipe.response).toEqual({ access_token: 'data.tokens[0].jwt', expires_in: 'data.ttl' })
  expect(recipe.fields).toEqual([
    { name: 'odd_name', from_response: { template: '{{ response.body.data["odd.name"] }}' } },
  ])
})

test('a dry run is told step by step, saves nothing, and its secret is nowhere afterwards', async () => {
  provider.behave(() => ({ data: { jwt: 'the-token-itself', ttl: 120 }, echo: SECRET }))
  await makeProvider('dry', { response: { access_token: 'data.jwt', expires_in: 'data.ttl' } })
  const opened = await console_.open('/providers/dry/edit?view=workbench')
  const { page, field, button, said } = opened
  await field('Client ID').fill('client')
  await field('Client secret').fill(SECRET)
  await button('Dry run').click()
  await page.getByText('A token came').waitFor()
  await page.getByRole('heading', { name: 'Answer status 200' }).waitFor()
  await opened.expectAccessible()
  const everything = (await everythingIn(opened)) + said.join()
  expect(everything).not.toContain(SECRET)
  expect(everything).not.toContain('the-token-itself')
  const sent = provider.calls.length
  // It goes out again with the next run without being in the page.
  await button('Dry run').click()
  await page.waitForFunction(() => document.querySelector('[aria-busy]') === null)
  expect(provider.calls.length).toBeGreaterThan(sent)
  expect(provider.calls.at(-1)!.headers.authorization).toBe(`Basic ${btoa(`client:${SECRET}`)}`)
  await button('Use this answer as the sample').click()
  await button(/^data › ttl/).waitFor()
  expect(
    (await console_.broker.api.call('GET', '/v1/credentials')).body.items.map(({ name }) => name),
  ).not.toContain('validate')
})

test('a dry run that fails says why, and asks for the secret it lacks', async () => {
  provider.behave((_call, response) => {
    response.writeHead(401, { 'Content-Type': 'application/json' }).end('{"error":"invalid_client"}')
  })
  await makeProvider('refusing')
  const { page, field, button } = await console_.open('/providers/refusing/edit?view=workbench')
  await field('Client ID').fill('client')
  await button('Dry run').click()
  await page.locator('[aria-invalid="true"]').waitFor()
  await field('Client secret').fill('wrong')
  await button('Dry run').click()
  await page.getByText('No token').waitFor()
  await page.getByText('invalid_client').first().waitFor()
})

test('a provider is cloned', async () => {
  await makeProvider('original', { client_id: 'kept' })
  const { page, field, button } = await console_.open('/providers/new?clone=original')
  await expect.poll(() => field(/^Name/).inputValue()).toBe('original-copy')
  await button('Create the provider').click()
  await page.getByRole('heading', { name: 'original-copy', exact: true }).waitFor()
  const { body } = await console_.broker.api.call('GET', '/v1/providers/original-copy')
  expect(body.recipe.client_id).toBe('kept')
})

test('providers and workbench fit a telephone and a wall, in light and dark', async () => {
  await makeProvider('wide', { token_request: { body: { template: '{{ authData.clientId }}' } } })
  for (const path of [
    '/providers',
    '/providers/wide',
    '/providers/wide/edit',
    '/providers/wide/edit?view=workbench',
  ]) {
    for (const [theme, width] of [
      ['dark', 360],
      ['light', 2560],
    ] as const) {
      const opened = await console_.open(path, { theme, width })
      await opened.page.getByRole('heading', { level: 1 }).waitFor()
      await opened.page.waitForFunction(
        () => document.querySelector('[role="status"] > [aria-hidden]') === null,
      )
      await expectFits(opened)
      await opened.close()
    }
  }
})

test('who may only read finds no button that changes anything', async () => {
  await makeProvider('read-only')
  const { body } = await console_.broker.api.call('POST', '/v1/callers', {
    name: 'viewer',
    scopes: ['credentials:read'],
  })
  const { page } = await console_.open('/providers/read-only', { key: body.key })
  await page.getByRole('tab', { name: 'Recipe' }).waitFor()
  await expect.poll(() => page.getByRole('link', { name: 'Edit' }).count()).toBe(0)
})
