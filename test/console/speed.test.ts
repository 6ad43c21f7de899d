import { brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PLAIN_SECRET } from '../oidc.ts'
import { type Console, startConsole } from './console.ts'

const MANY = 10_000
const FIRST_LOAD_BYTES = 200_000
const LONG_TASK_MS = 50

let console_: Console
beforeAll(async () => {
  console_ = await startConsole()
})
afterAll(() => console_.close())

test('the overview loads less than 200 kB of script, compressed', async () => {
  const opened = await console_.open(null)
  let bytes = 0
  const bodies: Array<Promise<void>> = []
  opened.page.on('response', (response) => {
    if (response.request().resourceType() !== 'script') return
    bodies.push(
      response.body().then((body) => {
        bytes += brotliCompressSync(body).length
      }),
    )
  })
  await opened.goto('/')
  await opened.page.getByRole('heading', { name: 'Health', exact: true }).waitFor()
  await Promise.all(bodies)
  expect(bytes).toBeGreaterThan(20_000)
  expect(bytes).toBeLessThan(FIRST_LOAD_BYTES)
})

describe('ten thousand credentials', () => {
  beforeAll(createMany, 600_000)

  test('few rows exist at a time, and scrolling and filtering make no long task', async () => {
    const opened = await console_.open('/credentials', { reducedMotion: 'no-preference' })
    const { page } = opened
    await page.getByText('10,000 credentials').waitFor()
    await console_.browser.startTracing(page, { categories: ['toplevel', 'devtools.timeline'] })
    for (let step = 0; step < 60; step += 1) {
      await page.mouse.wheel(0, 900)
      await page.evaluate(() => new Promise(requestAnimationFrame))
    }
    await expect.poll(() => page.getByRole('row').count()).toBeLessThan(80)
    await expect
      .poll(() => page.getByRole('table', { name: 'Credentials' }).getAttribute('aria-rowcount'))
      .toBe('10001')
    await page.evaluate(() => window.scrollTo(0, 0))
    await opened.field('Search credentials').fill('c-0777')
    await page.getByText('1 credential', { exact: true }).waitFor()
    expect(longTasks(await console_.browser.stopTracing())).toEqual([])
  })
})

/** Name and password need no provider, so that the broker is quiet while the browser is watched. */
async function createMany(): Promise<void> {
  const { api } = console_.broker
  const names = Array.from({ length: MANY }, (_, index) => `c-${String(index).padStart(4, '0')}`)
  const queue = names.values()
  const one = async () => {
    for (const name of queue) {
      const body = {
        name,
        recipe: { grant: 'http_basic', username: name },
        secrets: { password: PLAIN_SECRET },
      }
      const { status, text } = await api.call('POST', '/v1/credentials', body)
      if (status !== 201) throw new Error(text)
    }
  }
  await Promise.all(Array.from({ length: 16 }, one))
}

interface TraceEvent {
  name: string
  ph: string
  pid: number
  tid: number
  /** Microseconds that the thread itself ran; other than `dur`, it does not grow while others hold the machine. */
  tdur?: number
  args?: { name?: string }
}

/** Tasks of the page's main thread that took longer than a person would not notice, in milliseconds. */
function longTasks(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }
  const threads = traceEvents.filter(
    ({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain',
  )
  const main = new Set(threads.map(({ pid, tid }) => `${pid} ${tid}`))
  const tasks = traceEvents.filter(
    ({ name, ph, pid, tid }) => ph === 'X' && name.endsWith('RunTask') && main.has(`${pid} ${tid}`),
  )
  expect(tasks.length).toBeGreaterThan(100)
  return tasks.map(({ tdur = 0 }) => Math.round(tdur / 1000)).filter((ms) => ms > LONG_TASK_MS)
}
