import { describe, expect, test } from 'vitest'
import { createProgram } from '../src/program.ts'
import { renderCliReference } from '../src/reference.ts'

test('docs/cli.md is what the commands say of themselves; `npm run docs` makes it again', async () => {
  const page = await renderCliReference(createProgram(process))
  await expect(page).toMatchFileSnapshot('../../../docs/cli.md')
})

describe('the page', () => {
  test('has a section for each command and each flag a description', async () => {
    const page = await renderCliReference(createProgram(process))
    for (const command of [
      'serve',
      'credential create',
      'credential connect',
      'token get',
      'doctor',
      'settings',
    ])
      expect(page).toContain(`\n## bursar ${command}\n`)
    expect(page).toMatch(/^\| `--token-url <text>` \| ./m)
    expect(page).toMatch(/^\| `--data-dir <value>` \| ./m)
  })
})
