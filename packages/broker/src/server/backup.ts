import { copyFile, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { copySqlite } from '../store/sqlite/backup.ts'
import { syncPath } from '../store/sync-path.ts'
import type { Settings } from './settings-table.ts'

export type BackupEnd =
  | {
      kind: 'done'
      /** Absolute. */
      folder: string
      /** Of the database. */
      bytes: number
      /** Answers that waited on disk for the database, and are in the backup beside it. */
      spooled: number
      /** The key ring that it takes to open it, which is not in it. */
      keyring: string
    }
  | { kind: 'refused'; why: 'postgres' | 'no_database' | 'folder_exists' }

/**
 * Copies the embedded database and the spool into a new folder while the server runs. The folder is there as a
 * whole or not at all. Throws the error of the file system or of SQLite.
 */
export async function backUp(
  { dataDir, databaseUrl, keyring }: Pick<Settings, 'dataDir' | 'databaseUrl' | 'keyring'>,
  to: string,
): Promise<BackupEnd> {
  if (databaseUrl !== null) return { kind: 'refused', why: 'postgres' }
  const database = join(dataDir, 'bursar.db')
  if (!(await isThere(database))) return { kind: 'refused', why: 'no_database' }
  const folder = resolve(to)
  if (await isThere(folder)) return { kind: 'refused', why: 'folder_exists' }
  const parent = dirname(folder)
  await mkdir(parent, { recursive: true, mode: 0o700 })
  const unfinished = await mkdtemp(`${folder}.part-`)
  try {
    // The spool first: what is saved and removed in between is in the database then.
    const spooled = await copySpool(join(dataDir, 'spool'), join(unfinished, 'spool'))
    const copy = join(unfinished, 'bursar.db')
    await copySqlite(database, copy)
    await syncPath(unfinished)
    await rename(unfinished, folder)
    await syncPath(parent)
    const { size } = await stat(join(folder, 'bursar.db'))
    return {
      kind: 'done',
      folder,
      bytes: size,
      spooled,
      keyring: keyring ?? `file:${resolve(dataDir, 'keyring.json')}`,
    }
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    throw error
  }
}

/** Entries and those set aside, but not the room that is kept for them. */
async function copySpool(from: string, to: string): Promise<number> {
  await mkdir(to, { mode: 0o700 })
  const names = await readdir(from).catch(() => [])
  let copied = 0
  for (const name of names.filter((each) => /\.json(\.aside)?$/.test(each))) {
    try {
      await copyFile(join(from, name), join(to, name))
      await syncPath(join(to, name))
      copied += 1
    } catch (error) {
      // It has reached the database since.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  await syncPath(to)
  return copied
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false
      throw error
    },
  )
