import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { renderReactor } from './reactor.ts'
import { ROWS } from './reactor-rows.ts'

test('docs/reactor.md is what schemas and rows say; `npm run docs` makes it', async () => {
  await expect(renderReactor()).toMatchFileSnapshot('../../docs/reactor.md')
})

test('every row is a test of that name', () => {
  const folder = join(import.meta.dirname, '../reactor')
  const titles = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .flatMap((text) => [...text.matchAll(/(?:test\(['`]|\[')(R\d+)[:']/g)].map(([, id]) => id!))
  expect(ROWS.map(({ id }) => id).filter((id) => !titles.includes(id))).toEqual([])
  expect(titles.filter((title) => !ROWS.some(({ id }) => id === title))).toEqual([])
})
