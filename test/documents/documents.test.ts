import { expect, test } from 'vitest'
import { renderRecipes } from './recipes.ts'
import { renderSettings } from './settings.ts'

test('docs/recipes.md is what the schemas of the grants say; `npm run docs` makes it', async () => {
  await expect(renderRecipes()).toMatchFileSnapshot('../../docs/recipes.md')
})

test('docs/settings.md is what the table of settings says; `npm run docs` makes it', async () => {
  await expect(renderSettings()).toMatchFileSnapshot('../../docs/settings.md')
})
