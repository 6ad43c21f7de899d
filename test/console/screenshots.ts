/**
 * `npm run screenshots`: every page in both themes and three widths, into `test-artifacts/console`; those that the
 * documentation shows go into `docs/console` as well.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { PLAIN_SECRET } from '../oidc.ts'
import buildConsole from './build.ts'
import { type Console, type ConsolePage, startConsole } from './console.ts'
import { populateDoors } from './door-world.ts'
import { populate } from './world.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const ALL = join(ROOT, 'test-artifacts/console')
const DOCS = join(ROOT, 'docs/console')
const THEMES = ['light', 'dark'] as const
const WIDTHS = [360, 1280, 2560] as const

interface Shot {
  name: string
  path: string
  /** Stands on the page once it is ready. */
  text: string
  prepare?: (opened: ConsolePage) => Promise<void>
  /** Nobody is signed in. */
  signedOut?: boolean
}

const SHOTS: readonly Shot[] = [
  { name: 'sign-in', path: '/', text: 'Sign in', signedOut: true },
  { name: 'overview', path: '/', text: 'Needs attention' },
  { name: 'credentials', path: '/credentials', text: 'sales-email' },
  { name: 'add', path: '/credentials/new', text: 'OAuth2 Client Credentials' },
  {
    name: 'add-client-credentials',
    path: '/credentials/new?kind=client_credentials',
    text: 'Authentication Method',
    prepare: fillAndValidate,
  },
  { name: 'credential', path: '/credentials/sales-email', text: 'Next refresh' },
  {
    name: 'exchanges',
    path: '/credentials/old-importer?tab=exchanges',
    text: 'Refused',
    prepare: async ({ page }) => {
      await page.locator('summary').first().click()
      await page.getByRole('region', { name: 'Answer' }).waitFor()
    },
  },
  {
    name: 'destinations',
    path: '/credentials/sales-email?tab=destinations',
    text: 'Try a URL',
    prepare: async ({ field, button, page }) => {
      await field('URL').fill('https://graph.example.com/v1.0/me/messages')
      await button('Try').click()
      await page.getByText('The token may go there').waitFor()
    },
  },
  { name: 'use', path: '/credentials/sales-email?tab=use', text: 'How to use it' },
  { name: 'providers', path: '/providers', text: 'Presets' },
  {
    name: 'provider',
    path: '/providers/sales-crm?tab=versions',
    text: 'Compared with',
    prepare: async ({ page }) => void (await page.locator('[data-kind="added"]').first().waitFor()),
  },
  { name: 'provider-edit', path: '/providers/sales-crm/edit', text: 'How a token is got' },
  {
    name: 'workbench',
    path: '/providers/sales-crm/edit?view=workbench',
    text: 'Token request',
    prepare: mapAndTry,
  },
  { name: 'callers', path: '/callers', text: 'billing-service' },
  {
    name: 'caller-new',
    path: '/callers/new',
    text: 'What it may do',
    prepare: async ({ page, field, button }) => {
      await field(/^Name/).fill('nightly-export')
      await page.getByLabel(/See credentials/).check()
      await button('Allow tokens of a credential').click()
      await page.getByLabel('Get tokens: credential or pattern').fill('sales-*')
      await page.getByText(/credentials?: sales/).waitFor()
    },
  },
  {
    name: 'explain',
    path: '/explain?credential=sales-email&url=https%3A%2F%2Fgraph.example.com%2Fv2.0%2Fme',
    text: 'The token does not go with this request.',
  },
  { name: 'audit', path: '/audit', text: 'Chain verified' },
  { name: 'audit-entry', path: '/audit?entry=2', text: 'SHA-256' },
  {
    name: 'palette',
    path: '/',
    text: 'Needs attention',
    prepare: async ({ page }) => {
      await page.keyboard.press('Control+k')
      await page.getByRole('option').first().waitFor()
      await page.keyboard.type('sales')
      await page.getByRole('option', { name: /sales-email/ }).waitFor()
    },
  },
]

/** Those that docs/console.md shows. */
const SHOWN: ReadonlySet<string> = new Set([
  'overview-light-1280',
  'overview-dark-1280',
  'overview-dark-360',
  'credentials-light-1280',
  'credentials-dark-2560',
  'add-client-credentials-light-1280',
  'credential-dark-1280',
  'exchanges-light-1280',
  'activity-light-1280',
  'token-page-dark-1280',
  'key-ring-light-1280',
  'workbench-light-1280',
  'workbench-dark-360',
  'callers-light-1280',
  'explain-light-1280',
  'audit-entry-dark-1280',
])

let tokenUrl = ''

async function fillAndValidate({ page, field, button }: ConsolePage): Promise<void> {
  await field(/^Name/).fill('sales-email-credentials')
  await field(/^Client Identifier/).fill('basic')
  await field(/^Client Secret/).fill('a-secret-of-at-least-thirty-two-characters')
  await field(/^Token Endpoint/).fill(tokenUrl)
  await field(/^Scopes/).fill('mail.read')
  await button('Validate').click()
  await page.getByRole('region', { name: 'Result of the validation' }).waitFor()
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
}

async function mapAndTry({ page, field, button }: ConsolePage): Promise<void> {
  await field(/^Client ID/).fill('basic')
  await page.getByLabel('Shop', { exact: true }).fill('flowers')
  await field('Client secret').fill(PLAIN_SECRET)
  await button('Dry run').click()
  await page.getByText('A token came').waitFor()
  await button('Use this answer as the sample').click()
  await page.getByText('Pick a value to map it').waitFor()
  await page.evaluate(() => {
    ;(document.activeElement as HTMLElement | null)?.blur()
    window.scrollTo(0, 0)
  })
}

/** A provider in two versions, and callers beside the administrator. */
async function addProvidersAndCallers(tokenUrl: string): Promise<void> {
  const { api } = started.broker
  const first = { grant: 'client_credentials', token_url: tokenUrl, scope: ['mail.read'] }
  await api.call('POST', '/v1/providers', { name: 'sales-crm', title: 'The CRM of sales', recipe: first })
  const recipe = {
    ...first,
    fields: [{ name: 'shop', title: 'Shop', required: true, pattern: '[a-z]+' }],
    token_request: {
      headers: {
        Authorization: {
          template: "Basic {{ (authData.clientId ~ ':' ~ authData.clientSecret) | base64encode }}",
        },
        'X-Shop': { template: '{{ authData.shop | lower }}' },
      },
      body: {
        template:
          "{{ formUrlEncode(\n  'grant_type', 'client_credentials',\n  'scope', authData.scope\n) | raw }}",
      },
    },
  }
  await api.call('PUT', '/v1/providers/sales-crm', { title: 'The CRM of sales', recipe })
  for (const name of ['warehouse', 'partners']) {
    await api.call('POST', '/v1/providers', { name, recipe: first })
  }
  for (const [name, scopes] of [
    ['billing-service', ['tokens:billing-*', 'proxy:sales-email']],
    ['reporting', ['credentials:read', 'audit:read']],
  ] as const) {
    await api.call('POST', '/v1/callers', { name, scopes })
  }
}

buildConsole()
for (const folder of [ALL, DOCS]) mkdirSync(folder, { recursive: true })
const started = await startConsole({ env: { BURSAR_NODE_ID: 'node-1' } })
const world = await populate(started)
tokenUrl = world.oidc.tokenUrl
await addProvidersAndCallers(tokenUrl)
const behind = await startConsole({ env: { BURSAR_NODE_ID: 'node-1' } })
const doors = await populateDoors(behind)
// `npm run screenshots -- overview,add` takes those whose names begin so.
const only = process.argv[2]?.split(',')
await takeAll(started, SHOTS)
await takeAll(behind, doors.pages)
await Promise.all([started.close(), behind.close()])
await Promise.all([world.close(), doors.close()])
process.exit(0)

async function takeAll(console_: Console, shots: readonly Shot[]): Promise<void> {
  for (const shot of shots) {
    if (only !== undefined && !only.some((begin) => shot.name.startsWith(begin))) continue
    for (const theme of THEMES) {
      for (const width of WIDTHS) await take(console_, shot, theme, width)
    }
  }
}

async function take(
  console_: Console,
  shot: Shot,
  theme: (typeof THEMES)[number],
  width: (typeof WIDTHS)[number],
): Promise<void> {
  const height = width === 360 ? 740 : width === 1280 ? 860 : 1340
  const opened = await console_.open(shot.path, {
    theme,
    width,
    height,
    ...(shot.signedOut && { key: null }),
  })
  await opened.page.getByText(shot.text).filter({ visible: true }).first().waitFor()
  await shot.prepare?.(opened)
  const image = await capture(opened.page)
  const name = `${shot.name}-${theme}-${width}`
  writeFileSync(join(ALL, `${name}.webp`), image)
  if (SHOWN.has(name)) writeFileSync(join(DOCS, `${name}.webp`), image)
  await opened.close()
}

/** WebP, which the browser itself can write: a tenth of the size of a PNG. */
async function capture(page: Page): Promise<Buffer> {
  await page.evaluate(() => document.fonts.ready)
  const { width, height } = await page.evaluate(() => ({
    width: document.documentElement.clientWidth,
    height: document.documentElement.scrollHeight,
  }))
  await page.setViewportSize({ width, height: Math.min(height, 2400) })
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 82 })
  return Buffer.from(data, 'base64')
}
