import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, readFile, symlink, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from './broker.ts'

const ROOT = resolve(import.meta.dirname, '..')

const PASSES = `import { test } from 'vitest'\ntest('passes', () => {})\n`
const FAILS = `import { test } from 'vitest'\ntest('fails', () => { throw new Error('as ever') })\ntest('passes', () => {})\n`
const UNSTEADY = `import { existsSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
test('passes the second time', () => {
  const mark = new URL('mark', import.meta.url)
  const isSecond = existsSync(mark)
  writeFileSync(mark, '')
  expect(isSecond).toBe(true)
})
`

/** What `npm test` makes of a project with these test files. */
async function testing(
  files: Record<string, string>,
): Promise<{ code: number; said: string; report: unknown }> {
  const folder = await temporaryFolder()
  await cp(join(ROOT, 'scripts/test.ts'), join(folder, 'scripts/test.ts'))
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.test.ts`), text)
  const report = join(folder, 'report.json')
  const child = spawn(process.execPath, ['scripts/test.ts'], {
    cwd: folder,
    env: { PATH: process.env.PATH, NO_COLOR: '1', BURSAR_TEST_REPORT: report },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk
    })
  }
  const [code] = await once(child, 'close')
  return { code, said, report: JSON.parse(await readFile(report, 'utf8')) }
}

test('what fails among the others and passes by itself is named, and the run has passed', async () => {
  const { code, said, report } = await testing({ steady: PASSES, unsteady: UNSTEADY })
  expect([code, report]).toEqual([0, { passed: 2, failed: 0 }])
  expect(said).toMatch(/Unsteady, passed by itself only: unsteady\.test\.ts\n {2}passes the second time\n/)
})

test('what fails twice has failed, also beside something that did not', async () => {
  const { code, said, report } = await testing({ steady: PASSES, unsteady: UNSTEADY, wrong: FAILS })
  expect([code, report]).toEqual([1, { passed: 3, failed: 1 }])
  expect(said).not.toContain('passed by itself only: wrong')
})

test('a file that can not be loaded has failed', async () => {
  const { code, report } = await testing({ steady: PASSES, broken: `import './nowhere.ts'\n` })
  expect([code, report]).toEqual([1, { passed: 1, failed: 1 }])
})

test('where many files fail none of them is tried again', async () => {
  const four = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, UNSTEADY.replace('mark', name)]))
  const { code, said, report } = await testing({ ...four, steady: PASSES })
  expect([code, report]).toEqual([1, { passed: 1, failed: 4 }])
  expect(said).not.toContain('Once more')
})
