import { BursarError, type Problem } from '@bursar/domain/error.ts'
import { isObject } from '@bursar/domain/json.ts'
import { problem } from '@bursar/domain/problem.ts'
import { parseProviderInput } from '@bursar/domain/provider-input.ts'
import type { ProviderRow } from '../store/store.ts'
import { auditEntry } from './audit.ts'
import { patternProblems } from './credential-input.ts'
import { insecureUrls } from './insecure-urls.ts'
import type { Caller, ProviderView, Revisions } from './operations.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'
import { demandRevision } from './precondition.ts'
import { loadProviderDetail, removeProviderDetail, saveProviderDetail } from './provider-secrets.ts'

type ProviderPorts = Pick<Ports, 'store' | 'envelope' | 'clock' | 'settings'>

const notFound = (name: string) =>
  new BursarError('provider.not_found', {
    detail: `There is no provider named "${name}".`,
    hint: 'List them: bursar provider list.',
  })

type Settings = Pick<Ports, 'settings'>

/** Parses what somebody sent, or says everything that is wrong with it. */
function parseInput(ports: Settings, body: unknown, name?: string) {
  const parsed = parseProviderInput(body)
  const problems = 'problems' in parsed ? [...parsed.problems] : patternProblems(parsed.input.recipe)
  const known = new Set(problems.map(({ path }) => path))
  if (isObject(body))
    problems.push(...insecureUrls(ports, { recipe: body.recipe }).filter(({ path }) => !known.has(path)))
  if (
    name !== undefined &&
    isObject(body) &&
    typeof body.name === 'string' &&
    body.name !== name &&
    !known.has('/name')
  )
    problems.push(problem('/name', 'field.invalid', 'The name in the body is not the name in the path.'))
  return 'problems' in parsed || problems.length > 0 ? { problems } : parsed
}

/** Throws `request.invalid` with every problem at once. */
function readInput(ports: Settings, body: unknown, name?: string) {
  const parsed = parseInput(ports, body, name)
  if ('problems' in parsed) throw new BursarError('request.invalid', { problems: parsed.problems })
  return parsed.input
}

/** What is wrong with a body that a provider is to be made from. */
export function problemsOfProvider(ports: Settings, body: unknown): readonly Problem[] {
  const parsed = parseInput(ports, body)
  return 'problems' in parsed ? parsed.problems : []
}

const rowOf = (
  { workspaceId }: Caller,
  { name, title, recipe }: ReturnType<typeof readInput>,
  createdAt: number,
): Omit<ProviderRow, 'version'> => ({ workspaceId, name, title, recipe, createdAt })

export async function createProvider(
  { store, envelope, clock, settings }: ProviderPorts,
  caller: Caller,
  body: unknown,
): Promise<ProviderView> {
  demand(caller, { action: 'credentials:write' })
  const input = readInput({ settings }, body)
  const now = clock.now()
  const row = rowOf(caller, input, now)
  const audit = auditEntry(caller, now, 'provider.create', input.name)
  if (!(await store.providers.insert(row, audit))) {
    throw new BursarError('provider.name_taken', {
      path: '/name',
      detail: `A provider named "${input.name}" exists already.`,
      hint: `Add a version to it: PUT /v1/providers/${input.name}.`,
    })
  }
  const detail = await saveProviderDetail({ store, envelope }, caller.workspaceId, input.name, input, now)
  return { ...row, version: 1, ...detail }
}

/** Adds a version. Credentials stay with the version they were made from until they name the provider anew. */
export async function putProvider(
  { store, envelope, clock, settings }: ProviderPorts,
  caller: Caller,
  name: string,
  body: unknown,
  versions: Revisions = null,
): Promise<ProviderView> {
  demand(caller, { action: 'credentials:write' })
  const input = readInput({ settings }, isObject(body) ? { name, ...body } : body, name)
  const now = clock.now()
  const row = rowOf(caller, input, now)
  const before = await store.providers.get(caller.workspaceId, name)
  if (before === undefined) throw notFound(name)
  demandRevision(versions, before.version, name)
  const audit = auditEntry(caller, now, 'provider.update', name)
  const expected = versions === null ? undefined : before.version
  const version = await store.providers.addVersion(row, audit, expected)
  if (version === null) {
    const after = await store.providers.get(caller.workspaceId, name)
    if (after === undefined) throw notFound(name)
    demandRevision(versions, after.version, name)
    throw new BursarError('internal', { detail: 'The version could not be added.' })
  }
  const detail = await saveProviderDetail({ store, envelope }, caller.workspaceId, name, input, now)
  return { ...row, version, ...detail }
}

/** Adds a version, or the first one: what was interrupted can be repeated. */
export async function saveProvider(
  ports: ProviderPorts,
  caller: Caller,
  body: Readonly<Record<string, unknown>> & { name: string },
): Promise<ProviderView> {
  const existing = await ports.store.providers.get(caller.workspaceId, body.name)
  return existing ? putProvider(ports, caller, body.name, body) : createProvider(ports, caller, body)
}

export async function getProvider(
  { store }: ProviderPorts,
  caller: Caller,
  name: string,
  version?: number,
): Promise<ProviderView> {
  demand(caller, { action: 'credentials:read' })
  const row = await store.providers.get(caller.workspaceId, name, version)
  if (row === undefined) throw notFound(name)
  return { ...row, ...(await loadProviderDetail({ store }, caller.workspaceId, name)) }
}

export async function listProviders(
  { store }: ProviderPorts,
  caller: Caller,
): Promise<readonly ProviderView[]> {
  demand(caller, { action: 'credentials:read' })
  const rows = await store.providers.list(caller.workspaceId)
  return Promise.all(
    rows.map(async (row) => ({
      ...row,
      ...(await loadProviderDetail({ store }, caller.workspaceId, row.name)),
    })),
  )
}

export async function deleteProvider(
  { store, clock }: ProviderPorts,
  caller: Caller,
  name: string,
  versions: Revisions = null,
): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  const { workspaceId } = caller
  const audit = auditEntry(caller, clock.now(), 'provider.delete', name)
  let end: Awaited<ReturnType<typeof store.providers.delete>>
  do {
    // Changed since it was read just now: whether that is still what the caller means is asked anew.
    const before = versions === null ? undefined : await store.providers.get(workspaceId, name)
    if (versions !== null && before === undefined) throw notFound(name)
    if (before !== undefined) demandRevision(versions, before.version, name)
    end = await store.providers.delete(workspaceId, name, audit, before?.version)
  } while (end === 'changed')
  if (end === 'not_found') throw notFound(name)
  if (end === 'deleted') await removeProviderDetail({ store }, workspaceId, name)
  if (end === 'in_use') {
    throw new BursarError('provider.in_use', {
      detail: `Credentials use the provider "${name}".`,
      hint: `See which: bursar credential list --provider ${name}.`,
    })
  }
}
