import { BursarError } from '@bursar/domain/error.ts'
import { Client, type ClientConfig } from 'pg'
import { faultOf } from './fault.ts'

const CONNECT_TIMEOUT_MS = 3_000

/** Bounds every wait for a server, so that a dead one is an error in a few seconds. */
const TIMEOUTS: ClientConfig = {
  lock_timeout: 3_000,
  statement_timeout: 5_000,
  idle_in_transaction_session_timeout: 10_000,
  // Only this one notices that nobody answers at all; it comes last.
  query_timeout: 6_000,
}

/** Schema changes may take long; only the connection itself is bounded. */
export const WITHOUT_TIMEOUTS: ClientConfig = {}

/** `bytea`, and the integers that JavaScript holds exactly; all else stays text. */
const OID = { bytea: 17, int8: 20, int2: 21, int4: 23 }
const types = {
  getTypeParser(oid: number): (text: string) => unknown {
    if (oid === OID.int8 || oid === OID.int4 || oid === OID.int2) return Number
    return oid === OID.bytea ? readBytea : (text) => text
  },
} as NonNullable<ClientConfig['types']>

/** Into memory of its own: a slice of the shared pool would keep the secrets of others alive. */
function readBytea(text: string): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow((text.length - 2) / 2)
  bytes.write(text.slice(2), 'hex')
  return new Uint8Array(bytes.buffer)
}

/**
 * Connects to the first host that takes writes. `postgres://h1:5432,h2:5432/db` names several, as libpq
 * has it; a standby is passed over, whether there are others or not.
 */
export async function connect(databaseUrl: string, timeouts: ClientConfig = TIMEOUTS): Promise<Client> {
  let failure: unknown
  for (const connectionString of expandHosts(databaseUrl)) {
    try {
      return await connectTo({ ...timeouts, connectionString })
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

async function connectTo(config: ClientConfig): Promise<Client> {
  let client: Client | undefined
  try {
    client = new Client({
      application_name: 'bursar',
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      pipeline: true,
      types,
      ...config,
    } as ClientConfig)
    // An error without a listener would end the process; queries learn of it by themselves.
    client.on('error', () => {})
    await client.connect()
    // A server may have durability switched off by default; what we acknowledge is durable all the same.
    const { rows } = await client.query(
      `SELECT pg_is_in_recovery() AS standby, CASE current_setting('synchronous_commit')
         WHEN 'off' THEN set_config('synchronous_commit', 'on', false) END AS raised`,
    )
    if (rows[0]?.standby === 't') {
      throw new BursarError('store.unavailable', { detail: 'PostgreSQL: the server is a standby.' })
    }
    return client
  } catch (error) {
    client?.end().catch(() => {})
    throw error instanceof BursarError ? error : faultOf(error).error
  }
}

/** One connection string for each host of the list. */
export function expandHosts(databaseUrl: string): string[] {
  const match = /^([a-z]+:\/\/)([^/?#]*)(.*)$/s.exec(databaseUrl)
  if (!match) return [databaseUrl]
  const [, scheme, authority = '', rest] = match
  const user = authority.slice(0, authority.lastIndexOf('@') + 1)
  return authority
    .slice(user.length)
    .split(',')
    .map((host) => `${scheme}${user}${host}${rest}`)
}
