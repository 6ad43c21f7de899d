import { expect } from 'vitest'
import type { ConsolePage } from './console.ts'

/** Nothing runs out of the window, and no row of a table out of its card; axe finds nothing serious. */
export async function expectFits({ page, expectAccessible }: ConsolePage): Promise<void> {
  const wide = () =>
    page.evaluate(() => {
      const rows = [...document.querySelectorAll('[role="row"]')]
      return [document.documentElement, ...rows]
        .filter((one) => one.scrollWidth > one.clientWidth + 1)
        .map((one) => `${one.tagName} ${one.textContent?.slice(0, 60)}`)
    })
  // A table learns of its width from an observer, a frame after the window has it.
  await expect.poll(wide, { message: page.url() }).toEqual([])
  await expectAccessible()
}
