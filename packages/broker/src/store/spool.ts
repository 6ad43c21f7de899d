import { randomBytes } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BursarError } from '@bursar/domain/error.ts'
import type { Outcome } from './store.ts'
import { syncPath } from './sync-path.ts'

/**
 * Outcomes that the database could not take, kept on local disk until it can. They hold sealed values and
 * redacted records only. An entry is there once `put` resolves to `disk`, power cut or not; when even the disk
 * takes nothing more it is held in memory until the database or the disk takes it.
 */
export interface Spool {
  put(outcome: Outcome): Promise<'disk' | 'memory'>
  /**
   * Hands every kept outcome to `save`, which answers false for one that has to wait, and removes it otherwise; ends
   * when the database is away again. An entry that can never be saved is set aside on disk, told to `setAside`, and
   * holds up nobody. Answers how many are left.
   */
  replay(
    save: (outcome: Outcome) => Promise<boolean>,
    setAside: (name: string, error: Error) => void,
  ): Promise<number>
  readonly size: number
}

/** Processes may share a folder: what one has replayed the others find gone. Each has a reserve of its own. */
export async function openSpool(dir: string, reserveName = 'reserve'): Promise<Spool> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const names = new Set((await readdir(dir)).filter((name) => name.endsWith('.json')))
  const held = new Map<string, Outcome>()
  const reserve = await openReserve(join(dir, reserveName))
  let replaying: Promise<number> | null = null

  async function write(name: string, text: string): Promise<void> {
    const path = join(dir, name)
    const file = await open(`${path}.part`, 'w', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(`${path}.part`, path)
    await syncPath(dir)
    names.add(name)
  }

  async function replayAll(...[save, setAside]: Parameters<Spool['replay']>): Promise<number> {
    for (const name of [...held.keys(), ...names]) {
      const path = join(dir, name)
      try {
        if (!(await save(held.get(name) ?? decode(await readFile(path, 'utf8'))))) continue
        if (names.has(name)) await unlink(path)
      } catch (error) {
        if (error instanceof BursarError && error.code === 'store.unavailable') throw error
        if (!isGone(error)) {
          if (names.has(name)) await rename(path, `${path}.aside`)
          setAside(name, error as Error)
        }
      }
      held.delete(name)
      names.delete(name)
    }
    await reserve.fill()
    return held.size + names.size
  }

  return {
    get size() {
      return held.size + names.size
    },

    async put(outcome) {
      const name = `${outcome.credentialId}.${outcome.leaseId}.json`
      const text = encode(outcome)
      try {
        await write(name, text).catch(async () => {
          await reserve.free()
          await write(name, text)
        })
        return 'disk'
      } catch {
        held.set(name, outcome)
        return 'memory'
      }
    },

    replay(save, setAside) {
      replaying ??= replayAll(save, setAside).finally(() => {
        replaying = null
      })
      return replaying
    },
  }
}

/** A full disk is where answers need the spool most: some room is kept for them from the start. */
const RESERVE_BYTES = 1024 * 1024

async function openReserve(path: string): Promise<{ free(): Promise<void>; fill(): Promise<void> }> {
  let filled = false
  const reserve = {
    async free() {
      filled = false
      await rm(path, { force: true })
    },
    async fill() {
      if (filled) return
      try {
        // Random, since a file system that compresses would keep no room for zeros.
        await writeFile(path, randomBytes(RESERVE_BYTES), { mode: 0o600 })
        filled = true
      } catch {
        await rm(path, { force: true })
      }
    },
  }
  await reserve.fill()
  return reserve
}

const isGone = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'

const BYTES = '$bytes'
const encode = (outcome: Outcome): string =>
  JSON.stringify(outcome, (_key, value) =>
    value instanceof Uint8Array && !(value instanceof Buffer)
      ? { [BYTES]: Buffer.from(value).toString('base64') }
      : value !== null && typeof value === 'object' && value.type === 'Buffer' && Array.isArray(value.data)
        ? { [BYTES]: Buffer.from(value.data).toString('base64') }
        : value,
  )
const decode = (text: string): Outcome =>
  JSON.parse(text, (_key, value) =>
    value !== null && typeof value === 'object' && typeof value[BYTES] === 'string'
      ? new Uint8Array(Buffer.from(value[BYTES], 'base64'))
      : value,
  )
