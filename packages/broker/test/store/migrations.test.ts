import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type PostgresServer, startPostgres } from '../../../../test/postgres.ts'
import { loadMigrations } from '../../src/store/migrations.ts'
import { openStore, type StoreLocation } from '../../src/store/open.ts'
import { migratePostgres } from '../../src/store/postgres/migrate.ts'
import { migrateSqlite } from '../../src/store/sqlite/migrate.ts'

const schemaOf = (engine: string) =>
  readFileSync(new URL(`../../src/store/schema.${engine}.sql`, import.meta.url), 'utf8')
const openNode = (location: StoreLocation) =>
  openStore(location, { now: () => 1_000, pollSeconds: 60, log: () => {} })

test('both engines have the same migrations', () => {
  const steps = (engine: 'sqlite' | 'postgres') =>
    loadMigrations(engine).map(({ version, name }) => [version, name])
  expect(steps('sqlite')).toEqual(steps('postgres'))
  expect(steps('sqlite').map(([version]) => version)).toEqual(steps('sqlite').map((_, index) => index + 1))
})

describe('migrations of SQLite', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bursar-store-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  function tablesOf(database: DatabaseSync): unknown[] {
    const objects = database
      .prepare(`SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'
        AND tbl_name <> 'schema_migrations' ORDER BY type, name`)
      .all()
    return objects.map(({ type, name, sql }) => [type, name, String(sql).replace(/\s+/g, ' ')])
  }

  test('amount to schema.sqlite.sql', () => {
    const file = join(folder, 'migrated', 'bursar.db')
    migrateSqlite(file, 1_000)
    const migrated = new DatabaseSync(file)
    const written = new DatabaseSync(':memory:')
    written.exec(schemaOf('sqlite'))
    expect(tablesOf(migrated)).toEqual(tablesOf(written))
    migrated.close()
  })

  test('are run once by nodes that start together', async () => {
    const dataDir = join(folder, 'together')
    const stores = await Promise.all(Array.from({ length: 4 }, () => openNode({ dataDir })))
    await Promise.all(stores.map((store) => store.close()))
    const database = new DatabaseSync(join(dataDir, 'bursar.db'))
    expect(database.prepare('SELECT count(*) AS n FROM schema_migrations').get()?.n).toBe(
      loadMigrations('sqlite').length,
    )
    database.close()
  })

  test('keep the exchange records of before their short index, newest first', async () => {
    const dataDir = join(folder, 'records')
    const file = join(dataDir, 'bursar.db')
    migrateSqlite(file, 1_000, loadMigrations('sqlite').slice(0, 5))
    const before = new DatabaseSync(file)
    const insert = before.prepare(
      `INSERT INTO exchanges VALUES ('default', ?, ?, ?, 'crm', 7, 'due', 'token', '{}')`,
    )
    for (const [credential, at, id] of [
      ['one', 2, 'b'],
      ['other', 3, 'x'],
      ['one', 1, 'a'],
      ['one', 2, 'c'],
    ] as const)
      insert.run(credential, at, id)
    before.close()
    const store = await openNode({ dataDir })
    const list = (more: object) =>
      store.exchanges.list({ workspaceId: 'default', credentialId: 'one', limit: 2, ...more })
    expect((await list({})).map(({ id }) => id)).toEqual(['c', 'b'])
    expect((await list({ before: 'b' })).map(({ id }) => id)).toEqual(['a'])
    await store.close()
  })

  test('go on where they stopped, and a step that fails changes nothing', () => {
    const file = join(folder, 'steps', 'bursar.db')
    const first = { version: 1, name: 'a', sql: 'CREATE TABLE a (n integer)' }
    const broken = { version: 2, name: 'b', sql: 'CREATE TABLE b (n integer); CREATE TABLE a (n integer)' }
    const mended = { version: 2, name: 'b', sql: 'CREATE TABLE b (n integer)' }
    migrateSqlite(file, 1_000, [first])
    expect(() => migrateSqlite(file, 1_000, [first, broken])).toThrow('table a already exists')
    migrateSqlite(file, 1_000, [first, mended])
    expect(() => migrateSqlite(file, 1_000, [first])).toThrow(
      'The database has schema version 2, but this Bursar knows only up to 1: start the newer Bursar that wrote it.',
    )
  })
})

describe('migrations of PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server.stop())

  async function query(databaseUrl: string, sql: string): Promise<unknown[]> {
    const client = new Client({ connectionString: databaseUrl })
    await client.connect()
    try {
      return (await client.query(sql)).rows ?? []
    } finally {
      await client.end()
    }
  }

  const CATALOG = `
    SELECT 'column' AS kind, table_name AS of, column_name AS name,
      concat_ws(' ', data_type, is_nullable, column_default, collation_name, identity_generation) AS text
      FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'schema_migrations'
    UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes
      WHERE schemaname = 'public' AND tablename <> 'schema_migrations'
    UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
      WHERE connamespace = 'public'::regnamespace AND conrelid <> to_regclass('schema_migrations')
    UNION ALL SELECT 'function', '', proname, pg_get_functiondef(oid) FROM pg_proc
      WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'table', '', relname, reloptions::text FROM pg_class
      WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'schema_migrations'
    ORDER BY 1, 2, 3`

  test('amount to schema.postgres.sql', async () => {
    const [migrated, written] = [await server.createDatabase(), await server.createDatabase()]
    await migratePostgres(migrated, 1_000)
    await query(written, `CREATE TABLE schema_migrations (version integer); ${schemaOf('postgres')}`)
    const catalog = await query(migrated, CATALOG)
    expect(catalog.length).toBeGreaterThan(100)
    expect(catalog).toEqual(await query(written, CATALOG))
  })

  test('are run once by nodes that start together', async () => {
    const databaseUrl = await server.createDatabase()
    const stores = await Promise.all(Array.from({ length: 4 }, () => openNode({ databaseUrl })))
    await Promise.all(stores.map((store) => store.close()))
    expect(await query(databaseUrl, 'SELECT version FROM schema_migrations')).toHaveLength(
      loadMigrations('postgres').length,
    )
  })

  test('go on where they stopped, and a step that fails changes nothing', async () => {
    const databaseUrl = await server.createDatabase()
    const first = { version: 1, name: 'a', sql: 'CREATE TABLE a (n integer)' }
    const broken = { version: 2, name: 'b', sql: 'CREATE TABLE b (n integer); CREATE TABLE a (n integer)' }
    const mended = { version: 2, name: 'b', sql: 'CREATE TABLE b (n integer)' }
    await migratePostgres(databaseUrl, 1_000, [first])
    await expect(migratePostgres(databaseUrl, 1_000, [first, broken])).rejects.toThrow('already exists')
    await migratePostgres(databaseUrl, 1_000, [first, mended])
    await expect(migratePostgres(databaseUrl, 1_000, [first])).rejects.toThrow(
      'The database has schema version 2, but this Bursar knows only up to 1: start the newer Bursar that wrote it.',
    )
  })
})
