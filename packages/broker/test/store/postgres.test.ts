import { Client } from 'pg'
import { type PostgresServer, startPostgres } from '../../../../test/postgres.ts'
import { describeStore } from './describe-store.ts'

let server: PostgresServer

describeStore({
  name: 'PostgreSQL',
  async start() {
    server = await startPostgres()
  },
  async createDatabase() {
    return { databaseUrl: await server.createDatabase() }
  },
  async sql(location, sql) {
    if (!('databaseUrl' in location)) throw new Error('not PostgreSQL')
    const client = new Client({ connectionString: location.databaseUrl })
    await client.connect()
    await client.query(sql)
    await client.end()
  },
  stop: () => server.stop(),
})
