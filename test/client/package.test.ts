import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { CALLS } from '@bursar/client/calls.ts'
import { expect, onTestFinished, test } from 'vitest'
import { startTestBroker } from '../broker.ts'

const PACKAGE = resolve(import.meta.dirname, '../../packages/client')

test('every call of the client is one of openapi.json, under the same name', async () => {
  const { api, close } = await startTestBroker()
  onTestFinished(close)
  const { paths } = (await api.call('GET', '/openapi.json')).body as unknown as {
    paths: Record<string, Record<string, { operationId?: string }>>
  }
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => [
      operationId,
      `${method.toUpperCase()} ${path}`,
    ]),
  )
  expect(Object.fromEntries(described)).toMatchObject(CALLS)
})

test('built, it is one file of plain JavaScript that imports nothing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bursar-client-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  await promisify(execFile)('npm', ['run', '-s', 'build', '--', '--dir', folder], { cwd: PACKAGE })
  expect(await readdir(folder)).toEqual(['index.js'])
  const text = await readFile(join(folder, 'index.js'), 'utf8')
  expect(text).not.toMatch(/^\s*import\b|\brequire\(|\bimport\(/m)
  const built = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'index.js')).href)) as object
  expect(Object.keys(built).sort()).toEqual(['BursarError', 'JwtError', 'createClient', 'createVerifier'])
  const { dependencies } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8'))
  expect(dependencies).toBeUndefined()
})
