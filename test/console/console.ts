import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { expect } from 'vitest'
import { ADMIN_KEY, type BrokerOptions, startTestBroker, type TestBroker } from '../broker.ts'
import { startChromium } from '../destination-sdk/chromium.ts'

/** A broker, a browser, and the console in it, signed in. */
export interface Console {
  broker: TestBroker
  browser: Browser
  /** A page of its own, signed in and on this path below `/console`. */
  /** On no page yet where the path is null. */
  open(path?: string | null, options?: OpenOptions): Promise<ConsolePage>
  close(): Promise<void>
}

export interface OpenOptions {
  width?: number
  height?: number
  theme?: 'light' | 'dark'
  reducedMotion?: 'reduce' | 'no-preference'
  /** Of the caller who signs in; the administrator's unless said otherwise. */
  key?: string | null
}

export interface ConsolePage {
  page: Page
  context: BrowserContext
  /** Everything the page wrote to the browser's console, and what it threw. */
  said: string[]
  /** Addresses that were asked for. */
  asked: string[]
  goto(path: string): Promise<void>
  button(name: string | RegExp): Locator
  field(label: string | RegExp): Locator
  /** Fails with the list when axe finds something serious. */
  expectAccessible(): Promise<void>
  close(): Promise<void>
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

export async function startConsole(options: BrokerOptions = {}): Promise<Console> {
  const [broker, browser] = await Promise.all([startTestBroker(options), startChromium()])
  const pages = new Set<ConsolePage>()
  return {
    broker,
    browser,
    async open(path = '/', options = {}) {
      const opened = await openPage(browser, broker.url, options)
      pages.add(opened)
      const { key = ADMIN_KEY } = options
      if (key !== null) await signIn(opened, key)
      if (path !== null) await opened.goto(path)
      return opened
    },
    async close() {
      for (const page of pages) await page.close()
      await browser.close()
      await broker.close()
    },
  }
}

/** As the sign-in page does it, without its form: every other test begins behind the door. */
async function signIn({ context, page }: ConsolePage, key: string): Promise<void> {
  const origin = new URL(page.url() === 'about:blank' ? baseOf.get(context)! : page.url()).origin
  const answer = await context.request.post(`${origin}/v1/session`, {
    headers: { 'Bursar-Console': '1' },
    data: { key },
  })
  expect(answer.status()).toBe(201)
}

const baseOf = new WeakMap<BrowserContext, string>()

async function openPage(
  browser: Browser,
  url: string,
  { width = 1280, height = 900, theme = 'light', reducedMotion = 'reduce' }: OpenOptions,
): Promise<ConsolePage> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    reducedMotion,
    locale: 'en-GB',
    timezoneId: 'UTC',
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  baseOf.set(context, url)
  // A machine with much else to do keeps a browser waiting.
  context.setDefaultTimeout(60_000)
  const page = await context.newPage()
  const said: string[] = []
  const asked: string[] = []
  page.on('console', (message) => void said.push(message.text()))
  page.on('pageerror', (error) => void said.push(String(error)))
  page.on('request', (request) => void asked.push(request.url()))
  return {
    page,
    context,
    said,
    asked,
    goto: async (path) => {
      await page.goto(`${url}/console${path}`)
    },
    button: (name) => page.getByRole('button', { name }),
    field: (label) => page.getByLabel(label),
    async expectAccessible() {
      expect(await seriousFaults(page)).toEqual([])
    },
    close: () => context.close(),
  }
}

/** Takes the secret out of the dialog that shows it once, and closes it. */
export async function takeSecret({ page, button, expectAccessible }: ConsolePage): Promise<string> {
  const secret = await page.getByRole('alertdialog').locator('output').textContent()
  await expectAccessible()
  await page.getByLabel('I have kept it in a safe place').check()
  await button('Done').click()
  await page.getByRole('alertdialog').waitFor({ state: 'detached' })
  return secret!
}

/** What axe calls serious or critical, shortly; WCAG 2.2 A and AA. */
async function seriousFaults(page: Page): Promise<string[]> {
  // Run in the page's own world, which its content security policy does not bind.
  await page.evaluate(await readAxe())
  const violations = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(options: object): Promise<{ violations: AxeViolation[] }> }
    }
    return (await axe.run({ resultTypes: ['violations'] })).violations
  })
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
}

interface AxeViolation {
  id: string
  impact: string | null
  nodes: Array<{ html: string }>
}

let axe: string | undefined
const readAxe = async (): Promise<string> => {
  axe ??= await readFile(AXE, 'utf8')
  return axe
}
