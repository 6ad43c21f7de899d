import { readdirSync, readFileSync } from 'node:fs'
import { BursarError } from '@bursar/domain/error.ts'

export interface Migration {
  version: number
  name: string
  sql: string
}

const FOLDER = new URL('./migrations/', import.meta.url)

/** The migrations of an engine, oldest first. They only go forward: a mistake is mended by the next one. */
export function loadMigrations(engine: 'sqlite' | 'postgres'): Migration[] {
  const pattern = new RegExp(`^(\\d{4})-(.+)\\.${engine}\\.sql$`)
  return readdirSync(FOLDER)
    .sort()
    .flatMap((file) => {
      const match = pattern.exec(file)
      if (!match) return []
      return [
        { version: Number(match[1]), name: match[2]!, sql: readFileSync(new URL(file, FOLDER), 'utf8') },
      ]
    })
}

export const CREATE_MIGRATIONS_TABLE = `CREATE TABLE IF NOT EXISTS schema_migrations (
  version integer PRIMARY KEY NOT NULL,
  name text NOT NULL,
  applied_at bigint NOT NULL
)`

/** The migrations that a database at `version` still lacks. */
export function planMigrations(migrations: readonly Migration[], version: number): Migration[] {
  const newest = migrations.at(-1)?.version ?? 0
  if (version > newest) {
    throw new BursarError('settings.invalid', {
      detail: `The database has schema version ${version}, but this Bursar knows only up to ${newest}: start the newer Bursar that wrote it.`,
    })
  }
  return migrations.filter((migration) => migration.version > version)
}
