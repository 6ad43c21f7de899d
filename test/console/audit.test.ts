import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Console, type ConsolePage, startConsole } from './console.ts'
import { expectFits } from './fits.ts'

let console_: Console
let ada: { id: string; key: string }
const call = (method: string, path: string, body?: unknown, key?: string) =>
  console_.broker.api.call(method, path, body, key === undefined ? {} : { key })

beforeAll(async () => {
  console_ = await startConsole()
  ada = (await call('POST', '/v1/callers', { name: 'ada', scopes: ['credentials:write'] })).body
  const recipe = { grant: 'client_credentials', token_url: 'https://login.example.com/token' }
  await call('POST', '/v1/providers', { name: 'by-admin', recipe })
  await call('POST', '/v1/providers', { name: 'by-ada', recipe }, ada.key)
  await call('PUT', '/v1/providers/by-ada', { title: '=SUM(1)', recipe }, ada.key)
})
afterAll(() => console_.close())

const actionsIn = async ({ page }: ConsolePage) =>
  (await page.getByRole('table', { name: 'Audit trail' }).getByRole('button').allInnerTexts()).map((text) =>
    text.trim(),
  )
const settled = ({ page }: ConsolePage, rows: number) =>
  page.waitForFunction((count) => document.querySelectorAll('[role="row"]').length === count + 1, rows)

test('the trail is narrowed by who, what, on what and when, and the address says so', async () => {
  const opened = await console_.open('/audit')
  const { page, field } = opened
  await page.getByRole('table', { name: 'Audit trail' }).waitFor()
  await page.getByText('Chain verified').waitFor()
  await opened.expectAccessible()
  await field('Who').selectOption('ada')
  await settled(opened, 2)
  expect(await actionsIn(opened)).toEqual(['provider.update', 'provider.create'])
  await field('What').selectOption('Providers')
  await field('On exactly this name').fill('by-admin')
  await page.getByText('No entries match').waitFor()
  await opened.expectAccessible()
  await page.getByRole('button', { name: 'Clear the filters' }).click()
  await field('What').selectOption('Callers')
  await page.waitForFunction(() => !document.body.innerText.includes('provider.create'))
  expect(new URL(page.url()).searchParams.get('action')).toBe('caller.*')
  await field('When').selectOption('the last hour')
  await page.getByRole('button', { name: 'caller.create' }).first().waitFor()
})

test('a moment of before is asked for by the clock of the person', async () => {
  const opened = await console_.open('/audit?when=between')
  await opened.field('Before').fill('2020-01-01T00:00')
  await opened.page.getByText('No entries match').waitFor()
  expect(new URL(opened.page.url()).searchParams.get('to')).toBe('2020-01-01T00:00:00.000Z')
  await opened.page.reload()
  await expect.poll(() => opened.field('Before').inputValue()).toBe('2020-01-01T00:00')
})

test('a line opens by keyboard, with its detail and its seal, and narrows the trail to its like', async () => {
  const opened = await console_.open(`/audit?actor=${ada.id}`)
  const { page, button } = opened
  await settled(opened, 2)
  await button('provider.update').focus()
  await page.keyboard.press('Enter')
  const drawer = page.getByRole('dialog', { name: 'provider.update' })
  await drawer.getByRole('link', { name: 'by-ada' }).waitFor()
  await expect
    .poll(() => drawer.locator('code').allInnerTexts())
    .toContainEqual(expect.stringMatching(/^[0-9a-f]{64}$/))
  await opened.expectAccessible()
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'detached' })
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('provider.update')
  await button('provider.create').click()
  await page.getByRole('button', { name: 'All on by-ada' }).click()
  await settled(opened, 2)
  expect(new URL(page.url()).searchParams.get('subject')).toBe('by-ada')
})

test('what the filters match is saved as CSV and as NDJSON', async () => {
  const opened = await console_.open(`/audit?actor=${ada.id}`)
  const { page, button } = opened
  await settled(opened, 2)
  const save = async (name: RegExp) => {
    const download = page.waitForEvent('download')
    await button('Export').click()
    await page.getByRole('menuitem', { name }).click()
    const file = await download
    return {
      name: file.suggestedFilename(),
      lines: (await readFile(await file.path(), 'utf8')).trim().split(/\r?\n/),
    }
  }
  const csv = await save(/^CSV/)
  expect(csv.name).toBe('bursar-audit.csv')
  expect(csv.lines.length).toBe(3)
  const ndjson = await save(/^NDJSON/)
  expect(ndjson.lines.map((line) => JSON.parse(line).action)).toEqual(['provider.update', 'provider.create'])
})

test('a line that was changed in the database breaks the chain, and Bursar says where', async () => {
  const { body } = await call('GET', '/v1/audit/verification')
  expect(body).toMatchObject({ intact: true, broken_at: null })
  const other = await startConsole()
  try {
    await other.broker.api.call('POST', '/v1/callers', { name: 'eve', scopes: ['audit:read'] })
    await other.broker.stop()
    const { DatabaseSync } = await import('node:sqlite')
    const [file] = await databaseFiles(other.broker.dataDir)
    const database = new DatabaseSync(file!)
    database.exec("UPDATE audit SET subject = 'somebody else' WHERE seq = 1")
    database.close()
    const again = await other.broker.restart()
    try {
      expect((await again.api.call('GET', '/v1/audit/verification')).body).toMatchObject({
        intact: false,
        broken_at: 1,
      })
    } finally {
      await again.close()
    }
  } finally {
    await other.browser.close()
  }
})

test('the trail fits a telephone and a wall, in light and dark', async () => {
  for (const [theme, width] of [
    ['dark', 360],
    ['light', 2560],
  ] as const) {
    const opened = await console_.open('/audit?entry=2', { theme, width })
    await opened.page.getByRole('dialog').waitFor()
    await opened.expectAccessible()
    await opened.page.keyboard.press('Escape')
    await opened.page.getByText('Chain verified').waitFor()
    await expectFits(opened)
    await opened.close()
  }
})

async function databaseFiles(folder: string): Promise<string[]> {
  const { readdir } = await import('node:fs/promises')
  const names = await readdir(folder)
  return names.filter((name) => /\.(db|sqlite|sqlite3)$/.test(name)).map((name) => `${folder}/${name}`)
}
