import { expect } from 'vitest'
import type { ConsolePage } from './console.ts'

/** Nothing runs out of the window, and no row of a table out of its card. */
export async function expectFits({ page, expectAccessible }: ConsolePage): Promise<void> {
  const wide = await page.evaluate(() => {
    const rows = [...document.querySelectorAll('[role="row"]')]
    return [document.documentElement, ...rows]
      .filter((one) => one.scrollWidth > one.clientWidth + 1)
      .map((one) => `${one.tagName} ${one.textContent?.slice(0, 60)}`)
  })
  expect(wide, page.url()).toEqual([])
  await expectAccessible()
}
