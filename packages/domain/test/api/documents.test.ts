import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { DOORS, MARKETING_CLOUD_DOOR } from '../../src/api/described-routes.ts'
import { renderDoorReference, renderReference } from '../../src/api/reference.ts'
import { ROUTES } from '../../src/api/table.ts'
import { ERRORS } from '../../src/error.ts'
import { PROBLEM_CODES } from '../../src/problem.ts'

const read = (name: string) => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), 'utf8')

/** The headings of one level under a heading of the level above. */
function headingsUnder(page: string, section: string): string[] {
  const from = page.indexOf(`\n## ${section}\n`)
  const to = page.indexOf('\n## ', from + 1)
  const text = page.slice(from, to === -1 ? undefined : to)
  return [...text.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading!)
}

test('docs/api.md is what the table of routes says; `npm run docs` makes it again', async () => {
  await expect(renderReference(ROUTES, DOORS)).toMatchFileSnapshot('../../../../docs/api.md')
})

test('docs/marketing-cloud-api.md is what its routes say', async () => {
  const page = renderDoorReference(MARKETING_CLOUD_DOOR)
  await expect(page).toMatchFileSnapshot('../../../../docs/marketing-cloud-api.md')
})

test('docs/errors.md explains each error code, in the order of the table, and no other', () => {
  expect(headingsUnder(read('errors.md'), 'Error codes')).toEqual(Object.keys(ERRORS))
})

test('docs/errors.md explains each problem code of a member, and no other', () => {
  const explained = headingsUnder(read('errors.md'), 'Problem codes')
  expect(explained.filter((code) => !code.startsWith('json.') && code !== 'field.repeated')).toEqual([
    ...PROBLEM_CODES,
  ])
})
