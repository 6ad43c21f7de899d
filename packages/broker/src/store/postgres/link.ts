import { BursarError } from '@bursar/domain/error.ts'
import type { Client, QueryResult } from 'pg'
import type { Row, Value } from '../database.ts'
import { faultOf } from './fault.ts'

/** Statement names, the same on every connection. The set of texts is bounded: values are parameters. */
const names = new Map<string, string>()

export function query(client: Client, sql: string, params: readonly Value[] = []): Promise<QueryResult<Row>> {
  let name = names.get(sql)
  if (name === undefined) {
    name = `bursar_${names.size}`
    names.set(sql, name)
  }
  return client.query<Row>({ name, text: sql, values: params as Value[] })
}

/** One connection that is made when it is needed and again after it was lost. */
export class Link {
  readonly #connect: () => Promise<Client>
  #client: Promise<Client> | undefined
  #closed = false
  /** How many use it right now. */
  users = 0

  constructor(connect: () => Promise<Client>) {
    this.#connect = connect
  }

  /** Runs the work on the connection, and lets it go when the work finds it lost. */
  async use<T>(work: (client: Client) => Promise<T>): Promise<T> {
    this.users += 1
    try {
      const client = await this.#open()
      try {
        return await work(client)
      } catch (error) {
        if (!(error instanceof BursarError) && faultOf(error).kind === 'lost') this.drop(client)
        throw error
      }
    } finally {
      this.users -= 1
    }
  }

  /** Ends a connection whose state is not known. */
  drop(client: Client): void {
    this.#client = undefined
    end(client)
  }

  async close(): Promise<void> {
    this.#closed = true
    const client = await this.#client?.catch(() => undefined)
    await client?.end().catch(() => {})
  }

  #open(): Promise<Client> {
    if (this.#closed) {
      return Promise.reject(new BursarError('store.unavailable', { detail: 'The database is closed.' }))
    }
    if (this.#client) return this.#client
    const opening = this.#connect().then((client) => {
      client.once('end', () => this.#forget(opening))
      client.once('error', () => this.#forget(opening))
      return client
    })
    opening.catch(() => this.#forget(opening))
    this.#client = opening
    return opening
  }

  #forget(client: Promise<Client>): void {
    if (this.#client === client) this.#client = undefined
  }
}

function end(client: Client): void {
  client.end().catch(() => {})
}

/** The link with the fewest users. */
export function leastUsed(links: readonly Link[]): Link {
  return links.reduce((least, link) => (link.users < least.users ? link : least))
}
