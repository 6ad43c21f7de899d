import type { BuildArtifact } from '@bursar/domain/reactor/build-artifact.ts'
import { type BuildFault, planBuild, type SecretAtBuild } from '@bursar/domain/reactor/build-plan.ts'
import { SECRET_ELEMENT, type SecretElementSettings } from '@bursar/domain/reactor/delegates.ts'
import type { Stage } from '@bursar/domain/reactor/environment.ts'
import type { ResourceInput } from '@bursar/domain/reactor/json-api/document.ts'
import type { ListQuery } from '@bursar/domain/reactor/json-api/list-query.ts'
import { BUILD, STATE_FACTS } from '@bursar/domain/reactor/library.ts'
import { REVISIONED, type RevisionedType } from '@bursar/domain/reactor/revisioned.ts'
import type { DocumentRow, DocumentUnit } from '../../store/store.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { type Contents, collectContents } from './build-contents.ts'
import { eventEntry } from './event-detail.ts'
import { changeLibrary, libraryBody } from './libraries.ts'
import { loadRevisions, pageOfRevisions } from './library-resources.ts'
import { DOOR, type ReactorPorts } from './ports.ts'
import { conflict, findResource, keyOf, listResources, newResource, type ResourcePage } from './resources.ts'
import { actionIn } from './revisions.ts'
import { secretAtBuild } from './secret-at-build.ts'

/** What stands in the body of a build. */
export interface BuildBody {
  status: 'succeeded' | 'failed'
  token: string
  library_id: string
  environment_id: string
  stage: Stage
  /** Null for one that failed. */
  artifact: BuildArtifact | null
  faults: readonly BuildFault[]
  /** Ids of the revisions that went into it. */
  resources: Readonly<Record<RevisionedType, readonly string[]>>
  /** When it was published again. */
  republished_at: number | null
}
export const buildBody = (row: DocumentRow): BuildBody => row.body as unknown as BuildBody

/** Which build an environment runs; found by the id of the environment. */
export const DEPLOYMENTS = 'deployments'

/**
 * Builds a library for its environment. What kept it from succeeding stands in the build; a build that succeeds is
 * what the environment runs from that moment on, and the last one of an approved library publishes it.
 */
export async function createBuild(
  ports: ReactorPorts,
  caller: Caller,
  libraryId: string,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  let build: DocumentRow | null = null
  await changeLibrary(ports, caller, libraryId, 'build', async (library) => {
    const environment = await environmentFor(ports, library)
    build = await planned(ports, library, environment)
    const body = buildBody(build)
    const unit: Required<Pick<DocumentUnit, 'inserts' | 'updates'>> = { inserts: [build], updates: [] }
    let changed: DocumentRow = { ...library, body: { ...library.body, last_build_id: build.id } }
    if (body.status === 'succeeded') {
      changed = { ...changed, body: { ...changed.body, build_required: false } }
      add(unit, await deploy(ports, environment, build))
      if (body.stage === 'production') {
        const published = await publish(ports, changed)
        changed = published.library
        add(unit, published)
      }
    }
    const own = unit.updates.filter(({ row }) => row.id !== library.id)
    return { row: changed, updates: own, inserts: [...unit.inserts] }
  })
  return build!
}

function add(
  unit: Required<Pick<DocumentUnit, 'inserts' | 'updates'>>,
  { inserts = [], updates = [] }: DocumentUnit,
): void {
  unit.inserts = [...unit.inserts, ...inserts]
  unit.updates = [...unit.updates, ...updates]
}

/** The environment a library is built for; without one nothing is built. */
async function environmentFor(ports: ReactorPorts, library: DocumentRow): Promise<DocumentRow> {
  const { state, environment_id } = libraryBody(library)
  const { stage } = STATE_FACTS[state]
  if (stage === null) throw conflict('conflict', '/data', `A library that is ${state} is built no more.`)
  const key = keyOf(library.workspaceId, 'environments', environment_id ?? '')
  const environment = environment_id === null ? undefined : await ports.store.documents.get(key)
  if (environment !== undefined) return environment
  const detail = `A library that is ${state} needs a ${stage} environment to be built for.`
  throw conflict('environment-required', '/data/relationships/environment', detail)
}

async function planned(
  ports: ReactorPorts,
  library: DocumentRow,
  environment: DocumentRow,
): Promise<DocumentRow> {
  const { workspaceId, parentId } = library
  const { name, stage } = environment.body as { name: string; stage: Stage }
  const contents = await collectContents(ports, library)
  const row = newResource(ports, { workspaceId, parentId, groupId: library.id }, BUILD, {})
  const plan = planBuild({
    buildId: row.id,
    environment: { id: environment.id, name, stage },
    elements: contents.elements,
    rules: contents.rules,
    secrets: await secretsFor(ports, workspaceId, contents, stage),
  })
  const faults = [...contents.faults, ...('faults' in plan ? plan.faults : [])]
  const succeeded = 'artifact' in plan && faults.length === 0
  const body: BuildBody = {
    status: succeeded ? 'succeeded' : 'failed',
    token: ports.random.text(9),
    library_id: library.id,
    environment_id: environment.id,
    stage,
    artifact: succeeded ? plan.artifact : null,
    faults,
    resources: contents.resources,
    republished_at: null,
  }
  return { ...row, body: { ...body } }
}

async function secretsFor(
  ports: ReactorPorts,
  workspaceId: string,
  { elements }: Contents,
  stage: Stage,
): Promise<ReadonlyMap<string, SecretAtBuild>> {
  const secrets = new Map<string, SecretAtBuild>()
  for (const { delegate, settings } of elements) {
    if (delegate !== SECRET_ELEMENT) continue
    const id = (settings as SecretElementSettings).secrets?.[stage]?.id
    const secret = id === undefined ? null : await secretAtBuild(ports, workspaceId, id)
    if (secret !== null) secrets.set(secret.id, secret)
  }
  return secrets
}

/** What makes a build the one that its environment runs. */
async function deploy(
  { store, clock }: ReactorPorts,
  environment: DocumentRow,
  build: DocumentRow,
): Promise<DocumentUnit> {
  const { workspaceId, id } = environment
  const now = clock.now()
  const before = await store.documents.get({ workspaceId, door: DOOR, kind: DEPLOYMENTS, id })
  const body = { build_id: build.id }
  if (before !== undefined) {
    const row = { ...before, body, updatedAt: now }
    return { updates: [{ row, expectedRevision: before.revision }] }
  }
  const row: DocumentRow = {
    workspaceId,
    door: DOOR,
    kind: DEPLOYMENTS,
    id,
    parentId: id,
    groupId: environment.parentId,
    name: null,
    body,
    sealed: null,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  }
  return { inserts: [row] }
}

/** A library that was built for production is published, and all its revisions with it. */
async function publish(
  ports: ReactorPorts,
  library: DocumentRow,
): Promise<DocumentUnit & { library: DocumentRow }> {
  const now = ports.clock.now()
  const { workspaceId } = library
  const updates: Array<NonNullable<DocumentUnit['updates']>[number]> = []
  const mark = (row: DocumentRow) =>
    updates.push({
      row: { ...row, body: { ...row.body, published: true, published_at: now } },
      expectedRevision: row.revision,
    })
  for (const type of REVISIONED) {
    for (const revision of await loadRevisions(
      ports,
      workspaceId,
      type,
      libraryBody(library).resources[type],
    )) {
      mark(revision)
      const head = await ports.store.documents.get(keyOf(workspaceId, type, revision.parentId))
      if (head !== undefined) mark(head)
    }
  }
  const { environment_id } = libraryBody(library)
  const environment = await ports.store.documents.get(keyOf(workspaceId, 'environments', environment_id!))
  if (environment !== undefined) {
    updates.push({
      row: { ...environment, body: { ...environment.body, library_id: null } },
      expectedRevision: environment.revision,
    })
  }
  const body = { ...library.body, state: 'published', published_at: now }
  return { updates, library: { ...library, body, updatedAt: now } }
}

export async function getBuild(ports: ReactorPorts, caller: Caller, id: string): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:read' })
  return findResource(ports, caller.workspaceId, 'builds', id)
}

export async function listBuilds(
  ports: ReactorPorts,
  caller: Caller,
  libraryId: string,
  query: ListQuery,
): Promise<ResourcePage> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  const library = await findResource(ports, workspaceId, 'libraries', libraryId)
  return listResources(ports, { workspaceId, groupId: library.id }, BUILD, query)
}

export async function listEnvironmentBuilds(
  ports: ReactorPorts,
  caller: Caller,
  environmentId: string,
  query: ListQuery,
): Promise<ResourcePage> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  const environment = await findResource(ports, workspaceId, 'environments', environmentId)
  const definition = { ...BUILD, fields: { ...BUILD.fields, environment_id: 'text' as const } }
  const only = { name: 'environment_id', any: [{ op: 'eq' as const, value: environment.id }], all: [] }
  const filters = [...query.filters, only]
  return listResources(ports, { workspaceId, parentId: environment.parentId }, definition, {
    ...query,
    filters,
  })
}

/** The revisions of a type that went into a build. */
export async function listBuildResources(
  ports: ReactorPorts,
  caller: Caller,
  id: string,
  type: RevisionedType,
  query: ListQuery,
): Promise<ResourcePage> {
  const build = await getBuild(ports, caller, id)
  return pageOfRevisions(ports, caller, type, buildBody(build).resources[type], query)
}

/** Makes an earlier build the one that its environment runs. */
export async function updateBuild(
  ports: ReactorPorts,
  caller: Caller,
  id: string,
  input: ResourceInput,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  const action = actionIn(input, 'builds')
  const build = await getBuild(ports, caller, id)
  if (action === null)
    throw conflict('read-only', '/data', 'A build stays as it is.', 'It can be republished.')
  const { status, environment_id } = buildBody(build)
  if (status !== 'succeeded') {
    throw conflict('conflict', '/data/meta/action', 'Only a build that succeeded can be published again.')
  }
  const key = keyOf(caller.workspaceId, 'environments', environment_id)
  const environment = await ports.store.documents.get(key)
  if (environment === undefined) {
    throw conflict('environment-required', '/data/meta/action', 'The environment of this build was deleted.')
  }
  const now = ports.clock.now()
  const row = { ...build, body: { ...build.body, republished_at: now }, updatedAt: now }
  const { inserts = [], updates = [] } = await deploy(ports, environment, build)
  const unit = { inserts, updates: [...updates, { row, expectedRevision: build.revision }] }
  const audit = eventEntry(caller, now, 'reactor.builds.republish', 'updated', row)
  if (await ports.store.documents.save(unit, audit)) return row
  throw conflict('conflict', '/data', 'The environment got another build just now; try again.')
}
