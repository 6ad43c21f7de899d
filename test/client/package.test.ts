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

test('built, it is plain JavaScript that imports nothing but itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bursar-client-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const tsc = resolve(import.meta.dirname, '../../node_modules/.bin/tsc')
  await promisify(execFile)(tsc, ['-p', join(PACKAGE, 'tsconfig.build.json'), '--outDir', folder])
  const names = await readdir(folder)
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))
  const imports = texts.flatMap((text) => [...text.matchAll(/from '([^']+)'/g)].map(([, name]) => name))
  expect(imports.filter((name) => !/^\.\/[\w-]+\.js$/.test(name!))).toEqual([])
  const built = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'index.js')).href)) as object
  expect(Object.keys(built).sort()).toEqual(['BursarError', 'createClient'])
  const { dependencies } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8'))
  expect(dependencies).toBeUndefined()
})
