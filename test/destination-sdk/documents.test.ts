import { expect, test } from 'vitest'
import { renderDestinationSdk } from './page.ts'
import { ROWS, testsByRow } from './rows.ts'

test('each row of the Destination SDK has a test of its name', () => {
  const tests = testsByRow()
  expect(Object.keys(ROWS).filter((row) => !tests.has(row as keyof typeof ROWS))).toEqual([])
  expect([...tests.keys()].filter((row) => !(row in ROWS))).toEqual([])
})

test('docs/destination-sdk.md is what rows and tests say; `npm run docs` makes it', async () => {
  await expect(renderDestinationSdk()).toMatchFileSnapshot('../../docs/destination-sdk.md')
})
