/**
 * `npm test`: every test once, and the few files in which something failed once more, by themselves. What fails again
 * has failed; what passes then was kept waiting by the others, or is a race, and is named at the end either way. With
 * arguments it is `vitest run` with these and nothing else.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'

/** With more than these it is no matter of a race. */
const FILES_AT_MOST = 3

interface FileResult {
  /** Where the file is. */
  name: string
  status: 'passed' | 'failed'
  assertionResults: ReadonlyArray<{ fullName: string; status: string }>
}
/** What vitest's reporter `json` writes, as far as it is used here. */
interface Report {
  testResults: readonly FileResult[]
}

const root = resolve(import.meta.dirname, '..')
function testAll(): number {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-tests-'))
  try {
    const first = run(join(folder, 'first.json'), [])
    const failed = failedFiles(first.results)
    if (first.status === 0 || failed.length === 0 || failed.length > FILES_AT_MOST) {
      return end(first.status, first.results)
    }
    const names = failed.map(({ name }) => relative(root, name))
    process.stdout.write(`\nOnce more, by themselves: ${names.join(', ')}\n`)
    const second = run(join(folder, 'second.json'), names)
    const unsteady = failed.filter(({ name }) =>
      second.results.some((again) => again.name === name && again.status === 'passed'),
    )
    for (const { name, assertionResults } of unsteady) {
      process.stdout.write(`Unsteady, passed by itself only: ${relative(root, name)}\n`)
      for (const one of withStatus(assertionResults, 'failed')) process.stdout.write(`  ${one.fullName}\n`)
    }
    const results = first.results.map(
      (result) => second.results.find(({ name }) => name === result.name) ?? result,
    )
    return end(second.status, results)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function run(file: string, files: readonly string[]): { status: number; results: readonly FileResult[] } {
  const status = vitest([...files, '--reporter=default', '--reporter=json', `--outputFile.json=${file}`])
  try {
    return { status, results: (JSON.parse(readFileSync(file, 'utf8')) as Report).testResults }
  } catch {
    // It ended before it could write one, and has said why.
    return { status: status || 1, results: [] }
  }
}

function vitest(more: readonly string[]): number {
  const bin = join(root, 'node_modules/vitest/vitest.mjs')
  const { status } = spawnSync(process.execPath, [bin, 'run', ...more], { cwd: root, stdio: 'inherit' })
  return status ?? 1
}

const failedFiles = (results: readonly FileResult[]) => results.filter(({ status }) => status === 'failed')

const withStatus = (tests: FileResult['assertionResults'], status: string) =>
  tests.filter((one) => one.status === status)

/** For a machine that wants to count: how many passed, and how many failed; a file that did not even load is one. */
function end(status: number, results: readonly FileResult[]): number {
  const file = process.env.BURSAR_TEST_REPORT
  if (file) {
    const count = (wanted: string) =>
      results.reduce((sum, { assertionResults }) => sum + withStatus(assertionResults, wanted).length, 0)
    const broken = failedFiles(results).filter(
      ({ assertionResults }) => withStatus(assertionResults, 'failed').length === 0,
    )
    writeFileSync(file, JSON.stringify({ passed: count('passed'), failed: count('failed') + broken.length }))
  }
  return status
}

const args = process.argv.slice(2)
process.exitCode = args.length > 0 ? vitest(args) : testAll()
