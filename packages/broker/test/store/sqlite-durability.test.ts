import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'

const WRITER = new URL('./acknowledging-writer.ts', import.meta.url).pathname
const hasPrlimit = spawnSync('prlimit', ['--version']).status === 0

describe('the file of the embedded database', () => {
  let dataDir: string
  let child: ChildProcess | undefined

  beforeEach(() => {
    dataDir = join(mkdtempSync(join(tmpdir(), 'bursar-store-')), 'new', 'data')
  })
  afterEach(() => {
    child?.kill('SIGKILL')
    rmSync(join(dataDir, '..', '..'), { recursive: true, force: true })
  })

  const open = (): Promise<Store> =>
    openStore({ dataDir }, { now: () => 1_000, pollSeconds: 60, log: () => {} })

  /** The lines of a child that writes, as they come. */
  function write(command: string, args: string[]): AsyncIterable<string> {
    child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    return createInterface({ input: child.stdout! })
  }

  test('every write that was acknowledged is there after the process was killed', async () => {
    for (let round = 0; round < 3; round += 1) {
      const acknowledged: string[] = []
      for await (const line of write(process.execPath, [WRITER, dataDir, '500'])) {
        acknowledged.push(line)
        if (acknowledged.length === 200) child?.kill('SIGKILL')
      }
      const store = await open()
      const values = await Promise.all(acknowledged.map((n) => store.meta.get(`write ${n}`)))
      expect(values.every((value) => value?.length === 500)).toBe(true)
      await store.close()
    }
  })

  test.skipIf(!hasPrlimit)('a disk that is full is an error until there is room again', async () => {
    const limited = `ulimit -S -f 2000; exec "$0" "$@"`
    const acknowledged: string[] = []
    const refusals: string[] = []
    for await (const line of write('bash', ['-c', limited, process.execPath, WRITER, dataDir, '20000'])) {
      if (/^\d+$/.test(line)) acknowledged.push(line)
      else refusals.push(line)
      if (refusals.length === 10) {
        spawnSync('prlimit', [`--pid=${child?.pid}`, '--fsize=unlimited:unlimited'])
        acknowledged.length = 0
      }
      if (refusals.length >= 10 && acknowledged.length === 100) child?.kill('SIGKILL')
    }
    expect(new Set(refusals)).toEqual(new Set(['store.unavailable']))
    const store = await open()
    const values = await Promise.all(acknowledged.map((n) => store.meta.get(`write ${n}`)))
    expect(values.every((value) => value?.length === 20_000)).toBe(true)
    await store.close()
  })

  test('only its owner may read it, and closing folds the log into it', async () => {
    const store = await open()
    await store.meta.set('a', 'b')
    const mode = (name: string) => (statSync(join(dataDir, name)).mode & 0o777).toString(8)
    expect([mode('.'), mode('bursar.db'), mode('bursar.db-wal')]).toEqual(['700', '600', '600'])
    await store.close()
    expect(existsSync(join(dataDir, 'bursar.db-wal'))).toBe(false)
  })

  test('a secret that shares a buffer with others is stored without them', async () => {
    const store = await open()
    const pool = new Uint8Array(64).fill(1)
    const row = { workspaceId: 'w', id: 'k', keyId: 'r', createdAt: 1 }
    await store.dataKeys.add({ ...row, wrapped: pool.subarray(8, 11) })
    expect((await store.dataKeys.list())[0]?.wrapped).toEqual(new Uint8Array([1, 1, 1]))
    await store.close()
  })

  test('a process that only holds the store open may end by itself', async () => {
    const source = `
      import { openStore } from ${JSON.stringify(new URL('../../src/store/open.ts', import.meta.url).href)}
      const store = await openStore({ dataDir: ${JSON.stringify(dataDir)} }, { now: () => 1, pollSeconds: 60, log() {} })
      await store.meta.set('a', 'b')
      await store.meta.get('a')`
    child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'inherit' })
    expect(await once(child, 'exit')).toEqual([0, null])
  })
})
