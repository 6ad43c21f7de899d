import { execFileSync } from 'node:child_process'
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { loadSettings } from '../../src/server/settings.ts'
import { sourceWorld } from '../../src/server/source-settings.ts'
import { createSecretSources } from '../../src/vault/resolve.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'bursar-sources-'))
  await mkdir(join(home, 'data'))
  return () => rm(home, { recursive: true })
})

function sources(env: Record<string, string> = {}) {
  const warnings: string[] = []
  const { resolve } = createSecretSources({
    ...sourceWorld(loadSettings({}, {})),
    env,
    dataDir: join(home, 'data'),
    warn: (s) => warnings.push(s),
    send: () => Promise.reject(new Error('Neither goes anywhere.')),
    deadlineMs: 10_000,
  })
  return {
    warnings,
    fromEnv: async (name: string) => (await resolve({ from: 'env', name })).reveal(),
    fromFile: async (path: string) => (await resolve({ from: 'file', path })).reveal(),
  }
}
const unresolved = (detail: string) =>
  expect.objectContaining({
    code: 'secret.unresolved',
    detail: expect.stringContaining(detail),
    hint: expect.any(String),
  })

async function write(name: string, content: string | Uint8Array, mode = 0o600): Promise<string> {
  const path = join(home, name)
  await writeFile(path, content, { mode })
  return path
}

describe('a reference to the environment', () => {
  test('is read at each use', async () => {
    const env: Record<string, string> = { CRM_SECRET: 'one' }
    const { fromEnv } = sources(env)
    expect(await fromEnv('CRM_SECRET')).toBe('one')
    env.CRM_SECRET = ' two\n'
    expect(await fromEnv('CRM_SECRET')).toBe(' two\n')
  })

  test.each([
    ['UNSET', 'UNSET is not set'],
    ['EMPTY', 'EMPTY is empty'],
    ['constructor', 'constructor is not set'],
    ['BURSAR_ADMIN_KEY', 'belongs to Bursar itself'],
    ['bursar_keyring', 'belongs to Bursar itself'],
  ])('%s is refused with a hint', async (name, detail) => {
    const { fromEnv } = sources({ EMPTY: '', BURSAR_ADMIN_KEY: 'planted', bursar_keyring: 'planted' })
    const error = await fromEnv(name).catch((caught) => caught)
    expect(error).toEqual(unresolved(detail))
    expect(JSON.stringify(error) + error.stack).not.toContain('planted')
  })
})

describe('a reference to a file', () => {
  test.each([
    ['secret', 'secret'],
    ['secret\n', 'secret'],
    ['secret\r\n', 'secret'],
    ['secret\n\n', 'secret\n'],
    [' secret ', ' secret '],
    ['one\ntwo\n', 'one\ntwo'],
  ])('%j loses one trailing line break', async (content, value) => {
    const { fromFile, warnings } = sources()
    expect(await fromFile(await write('secret', content))).toBe(value)
    expect(warnings).toEqual([])
  })

  test('is read at each use, through links as orchestrators make them', async () => {
    const { fromFile } = sources()
    const path = await write('v1', 'one')
    const link = join(home, 'secret')
    await symlink(path, link)
    expect(await fromFile(link)).toBe('one')
    await writeFile(path, 'two')
    expect(await fromFile(link)).toBe('two')
  })

  test('that everybody can read works, with one warning', async () => {
    const { fromFile, warnings } = sources()
    const path = await write('secret', 'value')
    await chmod(path, 0o644)
    expect([await fromFile(path), await fromFile(path)]).toEqual(['value', 'value'])
    expect(warnings).toEqual([expect.stringContaining(`chmod o-r ${path}`)])
  })

  test('of 64 KiB is read, of more is refused', async () => {
    const { fromFile } = sources()
    expect(await fromFile(await write('full', 'a'.repeat(65_536)))).toHaveLength(65_536)
    await expect(fromFile(await write('over', 'a'.repeat(65_537)))).rejects.toEqual(
      unresolved('larger than 65536'),
    )
  })

  test.each([
    ['empty', '', 'is empty'],
    ['a line break', '\n', 'is empty'],
    ['not UTF-8', new Uint8Array([0x61, 0xff]), 'not UTF-8'],
  ])('that holds %s is refused', async (_what, content, detail) => {
    await expect(sources().fromFile(await write('secret', content))).rejects.toEqual(unresolved(detail))
  })

  test('that is missing, a directory, a pipe or relative is refused', async () => {
    const { fromFile } = sources()
    await expect(fromFile(join(home, 'nowhere'))).rejects.toEqual(unresolved('ENOENT'))
    await expect(fromFile(home)).rejects.toEqual(unresolved('not a regular file'))
    await expect(fromFile('secret')).rejects.toEqual(unresolved('not absolute'))
    execFileSync('mkfifo', [join(home, 'pipe')])
    await expect(fromFile(join(home, 'pipe'))).rejects.toEqual(unresolved('not a regular file'))
  })

  test('can not reach the key ring, the environment of the process or a device', async () => {
    const { fromFile } = sources()
    const ring = await write('data/keyring.json', 'planted')
    const link = join(home, 'link')
    await symlink(ring, link)
    for (const path of [ring, link, `${home}/data/../data/keyring.json`, '/proc/self/environ', '/dev/null']) {
      await expect(fromFile(path), path).rejects.toEqual(unresolved('may not be read'))
    }
  })
})
