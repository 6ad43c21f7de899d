import { BursarError } from '@bursar/domain/error.ts'
import { isObject } from '@bursar/domain/json.ts'
import { parseProviderInput } from '@bursar/domain/provider-input.ts'
import type { ProviderRow } from '../store/store.ts'
import { auditEntry } from './audit.ts'
import { patternProblems } from './credential-input.ts'
import type { Caller } from './operations.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'

type ProviderPorts = Pick<Ports, 'store' | 'clock'>

const notFound = (name: string) =>
  new BursarError('provider.not_found', {
    detail: `There is no provider named "${name}".`,
    hint: 'List them: bursar provider list.',
  })

function readInput(body: unknown) {
  const parsed = parseProviderInput(body)
  if ('problems' in parsed) throw new BursarError('request.invalid', { problems: parsed.problems })
  const problems = patternProblems(parsed.input.recipe)
  if (problems.length > 0) throw new BursarError('request.invalid', { problems })
  return parsed.input
}

export async function createProvider(
  { store, clock }: ProviderPorts,
  caller: Caller,
  body: unknown,
): Promise<ProviderRow> {
  demand(caller, { action: 'credentials:write' })
  const input = readInput(body)
  const now = clock.now()
  const row = { workspaceId: caller.workspaceId, ...input, createdAt: now }
  const audit = auditEntry(caller, now, 'provider.create', input.name)
  if (!(await store.providers.insert(row, audit))) {
    throw new BursarError('provider.name_taken', {
      path: '/name',
      detail: `A provider named "${input.name}" exists already.`,
      hint: `Add a version to it: PUT /v1/providers/${input.name}.`,
    })
  }
  return { ...row, version: 1 }
}

/** Adds a version. Credentials stay with the version they were made from until they name the provider anew. */
export async function putProvider(
  { store, clock }: ProviderPorts,
  caller: Caller,
  name: string,
  body: unknown,
): Promise<ProviderRow> {
  demand(caller, { action: 'credentials:write' })
  const input = readInput(isObject(body) ? { name, ...body } : body)
  if (input.name !== name) {
    throw new BursarError('request.invalid', {
      path: '/name',
      detail: 'The name in the body is not the name in the path.',
    })
  }
  const now = clock.now()
  const row = { workspaceId: caller.workspaceId, ...input, createdAt: now }
  const version = await store.providers.addVersion(row, auditEntry(caller, now, 'provider.update', name))
  if (version === null) throw notFound(name)
  return { ...row, version }
}

export async function getProvider(
  { store }: ProviderPorts,
  caller: Caller,
  name: string,
  version?: number,
): Promise<ProviderRow> {
  demand(caller, { action: 'credentials:read' })
  const row = await store.providers.get(caller.workspaceId, name, version)
  if (row === undefined) throw notFound(name)
  return row
}

export async function listProviders(
  { store }: ProviderPorts,
  caller: Caller,
): Promise<readonly ProviderRow[]> {
  demand(caller, { action: 'credentials:read' })
  return store.providers.list(caller.workspaceId)
}

export async function deleteProvider(
  { store, clock }: ProviderPorts,
  caller: Caller,
  name: string,
): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  const end = await store.providers.delete(
    caller.workspaceId,
    name,
    auditEntry(caller, clock.now(), 'provider.delete', name),
  )
  if (end === 'not_found') throw notFound(name)
  if (end === 'in_use') {
    throw new BursarError('provider.in_use', {
      detail: `Credentials use the provider "${name}".`,
      hint: `See which: bursar credential list --provider ${name}.`,
    })
  }
}
