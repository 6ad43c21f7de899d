import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CREATE_MIGRATIONS_TABLE, loadMigrations, type Migration, planMigrations } from '../migrations.ts'

const BUSY_TIMEOUT_MS = 10_000

/** Makes the file if there is none, for this user only, and brings its schema up to date. */
export function migrateSqlite(file: string, now: number, migrations = loadMigrations('sqlite')): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  closeSync(openSync(file, 'a', 0o600))
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS })
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE')
    migrate(database, now, migrations)
    database.exec('COMMIT')
  } finally {
    database.close()
  }
}

function migrate(database: DatabaseSync, now: number, migrations: readonly Migration[]): void {
  database.exec(CREATE_MIGRATIONS_TABLE)
  const row = database.prepare('SELECT max(version) AS version FROM schema_migrations').get()
  for (const { version, name, sql } of planMigrations(migrations, Number(row?.version ?? 0))) {
    database.exec(sql)
    database
      .prepare('INSERT INTO schema_migrations (version, name, applied_at) VALUES (?, ?, ?)')
      .run(version, name, now)
  }
}
