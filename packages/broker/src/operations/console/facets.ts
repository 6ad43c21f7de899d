import type { CredentialGroup } from '../../store/store.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'

export interface Counted {
  value: string
  credentials: number
}
export interface Facets {
  total: number
  statuses: readonly Counted[]
  grants: readonly Counted[]
  providers: readonly Counted[]
  environments: readonly Counted[]
  labels: ReadonlyArray<{ name: string; value: string; credentials: number }>
}
export interface Environment {
  name: string | null
  credentials: number
  byStatus: Record<string, number>
}

const LABELS_AT_MOST = 500

type FacetPorts = Pick<Ports, 'store'>

export async function getFacets({ store }: FacetPorts, caller: Caller): Promise<Facets> {
  demand(caller, { action: 'credentials:read' })
  const [groups, labels] = await Promise.all([
    store.credentials.groups(caller.workspaceId),
    store.credentials.labels(caller.workspaceId),
  ])
  return {
    total: groups.reduce((sum, { credentials }) => sum + credentials, 0),
    statuses: countBy(groups, ({ status }) => status),
    grants: countBy(groups, ({ grant }) => grant),
    providers: countBy(groups, ({ provider }) => provider),
    environments: countBy(groups, ({ environment }) => environment),
    labels: labels.slice(0, LABELS_AT_MOST),
  }
}

function countBy(
  groups: readonly CredentialGroup[],
  memberOf: (group: CredentialGroup) => string | null,
): Counted[] {
  const sums = new Map<string, number>()
  for (const group of groups) {
    const value = memberOf(group)
    if (value !== null) sums.set(value, (sums.get(value) ?? 0) + group.credentials)
  }
  return [...sums].map(([value, credentials]) => ({ value, credentials })).sort(byValue)
}

const byValue = (a: Counted, b: Counted): number => (a.value < b.value ? -1 : 1)

export async function listEnvironments(
  { store }: FacetPorts,
  caller: Caller,
): Promise<readonly Environment[]> {
  demand(caller, { action: 'credentials:read' })
  const found = new Map<string | null, Environment>()
  for (const { environment, status, credentials } of await store.credentials.groups(caller.workspaceId)) {
    const known = found.get(environment) ?? { name: environment, credentials: 0, byStatus: {} }
    known.credentials += credentials
    known.byStatus[status] = (known.byStatus[status] ?? 0) + credentials
    found.set(environment, known)
  }
  return [...found.values()].sort((a, b) =>
    a.name === null ? 1 : b.name === null ? -1 : a.name < b.name ? -1 : 1,
  )
}
