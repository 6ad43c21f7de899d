import type { Caller, Operations } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'
import { type BulkAction, type BulkItem, changeCredentials } from './bulk.ts'
import { type Environment, type Facets, getFacets, listEnvironments } from './facets.ts'
import type { NodeReport, Nodes } from './nodes.ts'
import { getOverview, type HealthCheck, type Overview } from './overview.ts'
import type { Traffic } from './traffic.ts'

export interface SettingView {
  name: string
  flag: string | null
  env: string
  value: string
  origin: 'flag' | 'environment' | 'file' | 'default'
  description: string
}

/** What the console shows and does besides what every caller does. */
export interface ConsoleOperations {
  getOverview(caller: Caller): Promise<Overview>
  getFacets(caller: Caller): Promise<Facets>
  listEnvironments(caller: Caller): Promise<readonly Environment[]>
  changeCredentials(
    caller: Caller,
    order: { action: BulkAction; names: readonly string[] },
  ): Promise<{ done: number; failed: number; items: readonly BulkItem[] }>
  /** Secrets masked. */
  listSettings(caller: Caller): readonly SettingView[]
  listNodes(caller: Caller): Promise<readonly NodeReport[]>
}

export interface ConsolePorts extends Ports {
  operations: Operations
  traffic: Traffic
  nodes: Nodes
  settingsInForce: () => readonly SettingView[]
  keyRing(): Promise<HealthCheck>
}

export function createConsoleOperations(ports: ConsolePorts): ConsoleOperations {
  return {
    getOverview: (caller) => getOverview(ports, caller),
    getFacets: (caller) => getFacets(ports, caller),
    listEnvironments: (caller) => listEnvironments(ports, caller),
    changeCredentials: (caller, order) => changeCredentials(ports.operations, caller, order),
    listSettings(caller) {
      demand(caller, { action: 'admin' })
      return ports.settingsInForce()
    },
    listNodes: (caller) => ports.nodes.list(caller),
  }
}
