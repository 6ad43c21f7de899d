import { afterAll, afterEach, beforeAll, beforeEach, describe } from 'vitest'
import { openStore, type StoreLocation } from '../../src/store/open.ts'
import type { Store } from '../../src/store/store.ts'
import { describeAudit } from './contract/audit.ts'
import { describeAuthorizations } from './contract/authorizations.ts'
import { describeCallers } from './contract/callers.ts'
import { describeChanges } from './contract/changes.ts'
import { describeClaims } from './contract/claims.ts'
import { describeCredentials } from './contract/credentials.ts'
import { describeDocuments } from './contract/documents.ts'
import { describeExchanges } from './contract/exchanges.ts'
import { describeKeys } from './contract/keys.ts'
import { describeOutcomes } from './contract/outcomes.ts'
import { describeProviders } from './contract/providers.ts'
import { describeUnits } from './contract/units.ts'

/** An engine under the contract. `createDatabase` answers a new, empty database. */
export interface Engine {
  name: string
  start(): Promise<void>
  createDatabase(): Promise<StoreLocation>
  /** Runs SQL past the store, as a tamperer or a failing operator would. */
  sql(location: StoreLocation, sql: string): Promise<void>
  stop(): Promise<void>
}

/** What a test is given: a store on a database of its own, and a clock that only the test moves. */
export interface Bench {
  readonly store: Store
  readonly clock: { now: number }
  /** Another node on the same database. */
  openNode(): Promise<Store>
  sql(sql: string): Promise<void>
}

/** The one contract that every engine passes. */
export function describeStore(engine: Engine): void {
  describe(`the store on ${engine.name}`, () => {
    let stores: Store[] = []
    let location: StoreLocation
    const clock = { now: 1_000 }

    const bench: Bench = {
      get store() {
        return stores[0]!
      },
      clock,
      async openNode() {
        const store = await openStore(location, { now: () => clock.now, pollSeconds: 0.05, log: () => {} })
        stores.push(store)
        return store
      },
      sql: (sql) => engine.sql(location, sql),
    }

    beforeAll(() => engine.start())
    afterAll(() => engine.stop())
    beforeEach(async () => {
      clock.now = 1_000
      location = await engine.createDatabase()
      await bench.openNode()
    })
    afterEach(async () => {
      await Promise.all(stores.map((store) => store.close()))
      stores = []
    })

    describeClaims(bench)
    describeOutcomes(bench)
    describeUnits(bench)
    describeCredentials(bench)
    describeProviders(bench)
    describeDocuments(bench)
    describeCallers(bench)
    describeKeys(bench)
    describeExchanges(bench)
    describeAuthorizations(bench)
    describeAudit(bench)
    describeChanges(bench)
  })
}
