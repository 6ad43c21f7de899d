import type { Caller, Operations, Revisions } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'
import { rotateSecret, type SecretRotationOrder, type SecretRotationResult } from '../rotate-secret.ts'
import type { UsageCounter } from '../usage.ts'
import { type BulkAction, type BulkItem, changeCredentials } from './bulk.ts'
import { type CredentialUsage, getCredentialUsage } from './credential-usage.ts'
import { type Environment, type Facets, getFacets, listEnvironments } from './facets.ts'
import type { NodeReport, Nodes } from './nodes.ts'
import { getOverview, type HealthCheck, type Overview } from './overview.ts'
import { getTokenClaims, type TokenClaims } from './token-claims.ts'
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
  getCredentialUsage(caller: Caller, name: string): Promise<CredentialUsage>
  getTokenClaims(caller: Caller, name: string): Promise<TokenClaims>
  rotateSecret(
    caller: Caller,
    name: string,
    order: SecretRotationOrder,
    revisions: Revisions,
  ): Promise<SecretRotationResult>
}

export interface ConsolePorts extends Ports {
  operations: Operations
  traffic: Traffic
  nodes: Nodes
  usage: UsageCounter
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
    getCredentialUsage: (caller, name) => getCredentialUsage(ports, caller, name),
    getTokenClaims: (caller, name) => getTokenClaims(ports, caller, name),
    rotateSecret: (caller, name, order, revisions) => rotateSecret(ports, caller, name, order, revisions),
  }
}
