import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describeStore } from './describe-store.ts'

let folder: string

describeStore({
  name: 'SQLite',
  async start() {
    folder = mkdtempSync(join(tmpdir(), 'bursar-store-'))
  },
  async createDatabase() {
    return { dataDir: mkdtempSync(join(folder, 'data-')) }
  },
  async sql(location, sql) {
    if (!('dataDir' in location)) throw new Error('not SQLite')
    const database = new DatabaseSync(join(location.dataDir, 'bursar.db'))
    database.exec(sql)
    database.close()
  },
  async stop() {
    rmSync(folder, { recursive: true, force: true })
  },
})
