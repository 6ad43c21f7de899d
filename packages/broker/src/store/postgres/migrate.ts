import { BursarError } from '@bursar/domain/error.ts'
import type { Client } from 'pg'
import { CREATE_MIGRATIONS_TABLE, loadMigrations, planMigrations } from '../migrations.ts'
import { connect, WITHOUT_TIMEOUTS } from './connect.ts'
import { faultOf } from './fault.ts'

/** Any number will do, as long as every Bursar takes the same. */
const LOCK = 4_277_102_015

/** Brings the schema up to date. Nodes that start together wait for the first. */
export async function migratePostgres(
  databaseUrl: string,
  now: number,
  migrations = loadMigrations('postgres'),
): Promise<void> {
  const client = await connect(databaseUrl, WITHOUT_TIMEOUTS)
  try {
    await client.query('BEGIN')
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK])
    await client.query(CREATE_MIGRATIONS_TABLE)
    for (const migration of planMigrations(migrations, await schemaVersion(client))) {
      await client.query(migration.sql)
      await client.query('INSERT INTO schema_migrations (version, name, applied_at) VALUES ($1, $2, $3)', [
        migration.version,
        migration.name,
        now,
      ])
    }
    await client.query('COMMIT')
  } catch (error) {
    throw error instanceof BursarError ? error : faultOf(error).error
  } finally {
    await client.end()
  }
}

async function schemaVersion(client: Client): Promise<number> {
  const { rows } = await client.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM schema_migrations',
  )
  return rows[0]?.version ?? 0
}
