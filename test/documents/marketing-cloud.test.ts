import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { renderMarketingCloud } from './marketing-cloud.ts'
import { ROWS } from './marketing-cloud-rows.ts'

test('docs/marketing-cloud.md is what schemas and rows say; `npm run docs` makes it', async () => {
  await expect(renderMarketingCloud()).toMatchFileSnapshot('../../docs/marketing-cloud.md')
})

test('every row is a test of that name', () => {
  const folder = join(import.meta.dirname, '../marketing-cloud')
  const titles = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .flatMap((text) => [...text.matchAll(/(?:test\(['`]|\[')(S\d+)[:']/g)].map(([, id]) => id!))
  expect(ROWS.map(({ id }) => id).filter((id) => !titles.includes(id))).toEqual([])
  expect(titles.filter((title) => !ROWS.some(({ id }) => id === title))).toEqual([])
})
