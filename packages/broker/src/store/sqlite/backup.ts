import { chmod } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { syncPath } from '../sync-path.ts'

const BUSY_TIMEOUT_MS = 10_000

/**
 * Writes one moment of the database into a file of its own, durable when the promise resolves. Whoever writes
 * meanwhile is not held up. Throws what SQLite says, and where the copy is not sound.
 */
export async function copySqlite(file: string, target: string): Promise<void> {
  const source = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
  try {
    // One read transaction. The backup interface of SQLite would begin again at each commit of the server.
    source.prepare('VACUUM INTO ?').run(target)
  } finally {
    source.close()
  }
  await chmod(target, 0o600)
  checkSound(target)
  await syncPath(target)
}

function checkSound(file: string): void {
  const copy = new DatabaseSync(file, { readOnly: true })
  try {
    const verdict = copy.prepare('PRAGMA quick_check(1)').get()?.quick_check
    if (verdict !== 'ok') throw new Error(`the copy is not sound: ${verdict}`)
  } finally {
    copy.close()
  }
}
