import { join } from 'node:path'
import { createAuditTable } from './audit.ts'
import { createAuthorizationTable } from './authorizations.ts'
import { createCallerTable } from './callers.ts'
import { ChangeFeed } from './changes.ts'
import { createCredentialTable } from './credentials.ts'
import { createDataKeyTable } from './data-keys.ts'
import { type Database, insist } from './database.ts'
import { createDocumentTable } from './documents.ts'
import { createEntryTable } from './entries.ts'
import { createExchangeTable } from './exchanges.ts'
import { createMetaTable } from './meta.ts'
import { createPostgresDatabase } from './postgres/database.ts'
import { migratePostgres } from './postgres/migrate.ts'
import { createProviderTable } from './providers.ts'
import { createSealedTable } from './sealed.ts'
import { createSqliteDatabase } from './sqlite/database.ts'
import { migrateSqlite } from './sqlite/migrate.ts'
import type { Store, StoreOptions } from './store.ts'
import { createTokenTable } from './tokens.ts'
import { createUsageTable } from './usage.ts'

/** The embedded database lives in a folder, PostgreSQL behind a URL. */
export type StoreLocation = { dataDir: string } | { databaseUrl: string }

/** Opens the store and brings its schema up to date. */
export async function openStore(location: StoreLocation, options: StoreOptions): Promise<Store> {
  const feed = new ChangeFeed(options)
  const database = await openDatabase(location, options, feed)
  try {
    await feed.start(database)
  } catch (error) {
    await database.close()
    throw error
  }
  return {
    engine: database.engine,
    meta: createMetaTable(database),
    dataKeys: createDataKeyTable(database),
    callers: createCallerTable(database),
    providers: createProviderTable(database),
    credentials: createCredentialTable(database),
    tokens: createTokenTable(database, options.now),
    exchanges: createExchangeTable(database),
    authorizations: createAuthorizationTable(database),
    audit: createAuditTable(database),
    documents: createDocumentTable(database),
    entries: createEntryTable(database),
    sealed: createSealedTable(database),
    usage: createUsageTable(database),
    async ping() {
      await database.read('SELECT 1 AS one')
    },
    async announce(change) {
      await insist(database, { statements: [], changes: [change] })
    },
    onChange: (listener) => feed.onChange(listener),
    get lastContactAt() {
      return feed.lastContactAt
    },
    async close() {
      await feed.close()
      await database.close()
    },
  }
}

async function openDatabase(
  location: StoreLocation,
  options: StoreOptions,
  feed: ChangeFeed,
): Promise<Database> {
  if ('databaseUrl' in location) {
    await migratePostgres(location.databaseUrl, options.now())
    return createPostgresDatabase(location.databaseUrl, options.now, feed.deliver, () => void feed.poll())
  }
  const file = join(location.dataDir, 'bursar.db')
  migrateSqlite(file, options.now())
  return createSqliteDatabase(file, options.now, feed.deliver)
}
