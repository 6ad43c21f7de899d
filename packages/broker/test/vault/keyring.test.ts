import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { beforeEach, describe, expect, test } from 'vitest'
import { rotateKeyringFile } from '../../src/vault/keyring-file.ts'
import { loadKeyring } from '../../src/vault/keyring-source.ts'

let dataDir: string
beforeEach(async () => {
  const created = await mkdtemp(join(tmpdir(), 'bursar-keyring-'))
  dataDir = join(created, 'data')
  return () => rm(created, { recursive: true })
})

const KEY = Buffer.alloc(32, 7).toString('base64')
const load = (source: string | null = null, env: Record<string, string> = {}) =>
  loadKeyring({ source, dataDir, env })
const path = () => join(dataDir, 'keyring.json')
const refused = (detail: string) =>
  expect.objectContaining({ code: 'settings.invalid', detail: expect.stringContaining(detail) })

describe('the file in the data directory', () => {
  test('is made at the first start, for its owner only, and read at the next', async () => {
    const first = await load()
    expect(first).toMatchObject({ created: true, origin: path() })
    expect((await stat(path())).mode & 0o777).toBe(0o600)
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
    expect(await readdir(dataDir)).toEqual(['keyring.json'])
    const second = await load()
    expect(second.created).toBe(false)
    expect(second.keyring.active.id).toBe(first.keyring.active.id)
    expect(second.keyring.active.key.equals(first.keyring.active.key)).toBe(true)
  })

  test('is made once when several start at the same time', async () => {
    const loaded = await Promise.all([1, 2, 3, 4].map(() => load()))
    expect(loaded.filter(({ created }) => created)).toHaveLength(1)
    expect(new Set(loaded.map(({ keyring }) => keyring.active.id)).size).toBe(1)
    expect(await readdir(dataDir)).toEqual(['keyring.json'])
  })

  test.each([0o640, 0o604, 0o660, 0o644, 0o610])(
    'is refused with mode %o, with the command that mends it',
    async (mode) => {
      await load()
      await chmod(path(), mode)
      await expect(load()).rejects.toMatchObject({
        code: 'settings.invalid',
        detail: expect.stringContaining('others than its owner'),
        hint: `chmod 600 ${path()}`,
      })
    },
  )

  test('that is a link is judged by where it leads', async () => {
    await load()
    await chmod(path(), 0o644)
    const link = join(dataDir, 'link.json')
    await symlink(path(), link)
    await expect(load(`file:${link}`)).rejects.toThrow(refused('others than its owner'))
  })

  test.each([
    ['not JSON', 'nonsense', 'is not valid JSON'],
    ['empty', '', 'is not valid JSON'],
    ['another version', '{"version":2,"active":"a","keys":{}}', 'version (1)'],
    ['null', 'null', 'version (1)'],
    ['no active key', `{"version":1,"active":"b","keys":{"a":"${KEY}"}}`, 'active id "b"'],
    [
      'a short key',
      '{"version":1,"active":"a","keys":{"a":"c2hvcnQ="}}',
      'key a) is not the base64 of 32 bytes',
    ],
    [
      'a key with junk',
      `{"version":1,"active":"a","keys":{"a":"${KEY.slice(0, -2)}!="}}`,
      'base64 of 32 bytes',
    ],
    ['a key that is a number', '{"version":1,"active":"a","keys":{"a":5}}', 'base64 of 32 bytes'],
    ['an odd id', `{"version":1,"active":"a b","keys":{"a b":"${KEY}"}}`, 'key id'],
  ])('with %s is refused, and its content never quoted', async (_what, text, detail) => {
    await load()
    await writeFile(path(), text)
    const error = await load().catch((caught) => caught)
    expect(error).toEqual(refused(detail))
    expect(error.detail).toContain(path())
    expect(inspect(error, { depth: 9 })).not.toContain(KEY.slice(0, 20))
  })

  test('that can not be read is said to be so', async () => {
    await expect(load(`file:${tmpdir()}`)).rejects.toThrow()
    await expect(load('file:/dev/null/keyring.json')).rejects.toThrow(refused('ENOTDIR'))
  })
})

describe('the environment', () => {
  test('holds one key whose id follows from it', async () => {
    const first = await load('env:RING', { RING: ` ${KEY}\n` })
    const second = await load('env:OTHER', { OTHER: KEY })
    expect(first).toMatchObject({ origin: 'env:RING', created: false })
    expect(first.keyring.active.id).toBe(second.keyring.active.id)
    expect(first.keyring.active.id).toMatch(/^k_[0-9a-f]{12}$/)
  })

  test('or a whole ring as JSON', async () => {
    const other = Buffer.alloc(32, 8).toString('base64')
    const ring = JSON.stringify({ version: 1, active: 'new', keys: { old: KEY, new: other } })
    const { keyring } = await load('env:RING', { RING: ring })
    expect(keyring.ids).toEqual(['old', 'new'])
    expect(keyring.active.id).toBe('new')
    expect(keyring.find('old')?.id).toBe('old')
    expect(keyring.find('constructor')).toBeUndefined()
  })

  test.each([{}, { RING: '' }, { RING: 'too-short' }])(
    'without a usable value is refused: %j',
    async (env) => {
      await expect(load('env:RING', env)).rejects.toThrow(refused('RING'))
    },
  )
})

test.each(['aws-kms:arn', 'vault:x', 'keyring.json', 'file:', ':', 'constructor:x'])(
  'the setting "%s" is refused naming what is supported',
  async (source) => {
    await expect(load(source)).rejects.toMatchObject({
      code: 'settings.invalid',
      hint: expect.stringMatching(/file:.*env:/),
    })
  },
)

test('rotation adds an active key, keeps the others and the mode', async () => {
  const before = await load()
  const rotated = await rotateKeyringFile(path())
  expect(rotated.ids).toEqual([before.keyring.active.id, rotated.active.id])
  expect(rotated.active.id).not.toBe(before.keyring.active.id)
  expect((await stat(path())).mode & 0o777).toBe(0o600)
  const after = await load()
  expect(after.keyring.active.id).toBe(rotated.active.id)
  expect(await readdir(dataDir)).toEqual(['keyring.json'])
})

test('a ring does not print its keys', async () => {
  const { keyring } = await load()
  const { keys } = JSON.parse(await readFile(path(), 'utf8'))
  const key = keys[keyring.active.id]
  expect(inspect(keyring, { depth: 9, showHidden: true }) + JSON.stringify(keyring.active)).not.toContain(key)
})
