import type { ActionOf } from '@bursar/domain/reactor/actions.ts'
import type { ResourceIdentifier, ResourceInput } from '@bursar/domain/reactor/json-api/document.ts'
import type { ListQuery } from '@bursar/domain/reactor/json-api/list-query.ts'
import { LIBRARY, type LibraryState, STATE_FACTS } from '@bursar/domain/reactor/library.ts'
import { changeAttributes, readAttributes } from '@bursar/domain/reactor/resource-fields.ts'
import type { RevisionedType } from '@bursar/domain/reactor/revisioned.ts'
import type { DocumentRow, DocumentUnit } from '../../store/store.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { eventEntry } from './event-detail.ts'
import { DOOR, type ReactorPorts } from './ports.ts'
import {
  changeResource,
  conflict,
  findResource,
  keyOf,
  listResources,
  newResource,
  type ResourcePage,
  removeBelow,
} from './resources.ts'
import { actionIn } from './revisions.ts'

/** What stands in the body of a library. */
export interface LibraryBody {
  name: string
  state: LibraryState
  /** Unix seconds. */
  published_at: number | null
  /** Changed since the last build, or never built. */
  build_required: boolean
  environment_id: string | null
  /** The one it had on the desk, to come back to. */
  desk_environment_id: string | null
  /** Ids of revisions. */
  resources: Readonly<Record<RevisionedType, readonly string[]>>
  last_build_id: string | null
}
export const libraryBody = (row: DocumentRow): LibraryBody => row.body as unknown as LibraryBody

export async function createLibrary(
  ports: ReactorPorts,
  caller: Caller,
  propertyId: string,
  input: ResourceInput,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  const { workspaceId } = caller
  const property = await findResource(ports, workspaceId, 'properties', propertyId)
  const { name } = readAttributes(LIBRARY, input.attributes)
  const body: LibraryBody = {
    name,
    state: 'development',
    published_at: null,
    build_required: true,
    environment_id: null,
    desk_environment_id: null,
    resources: { data_elements: [], extensions: [], rules: [] },
    last_build_id: null,
  }
  const row = newResource(ports, { workspaceId, parentId: property.id }, LIBRARY, { ...body })
  const { row: assigned, updates } = await assign(ports, row, identifierIn(input, 'environment'))
  const audit = eventEntry(caller, row.createdAt, 'reactor.libraries.create', 'created', row)
  if (await ports.store.documents.save({ inserts: [assigned], updates }, audit)) return assigned
  throw conflict(
    'conflict',
    '/data/relationships/environment',
    'The environment was changed just now; try again.',
  )
}

const identifierIn = (
  { relationships }: Pick<ResourceInput, 'relationships'>,
  name: string,
): ResourceIdentifier | null | undefined => relationships[name] as ResourceIdentifier | null | undefined

export async function listLibraries(
  ports: ReactorPorts,
  caller: Caller,
  propertyId: string,
  query: ListQuery,
): Promise<ResourcePage> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  const property = await findResource(ports, workspaceId, 'properties', propertyId)
  return listResources(ports, { workspaceId, parentId: property.id }, LIBRARY, query)
}

export async function getLibrary(ports: ReactorPorts, caller: Caller, id: string): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:read' })
  return findResource(ports, caller.workspaceId, 'libraries', id)
}

type Updates = NonNullable<DocumentUnit['updates']>

/**
 * Gives a library its environment, or takes it away with null; undefined leaves it. An environment has one library,
 * which both of them say, so that two can not take the same one.
 */
async function assign(
  ports: ReactorPorts,
  library: DocumentRow,
  wanted: ResourceIdentifier | null | undefined,
  path = '/data/relationships/environment',
): Promise<{ row: DocumentRow; updates: Updates }> {
  const { environment_id, state } = libraryBody(library)
  if (wanted === undefined || (wanted?.id ?? null) === environment_id) return { row: library, updates: [] }
  const updates: Array<Updates[number]> = []
  const now = ports.clock.now()
  const say = (environment: DocumentRow, library_id: string | null) =>
    updates.push({
      row: { ...environment, body: { ...environment.body, library_id }, updatedAt: now },
      expectedRevision: environment.revision,
    })
  if (environment_id !== null) {
    const key = keyOf(library.workspaceId, 'environments', environment_id)
    const before = await ports.store.documents.get(key)
    if (before?.body.library_id === library.id) say(before, null)
  }
  if (wanted !== null) {
    const at = `${path}/data/id`
    const environment = await findResource(ports, library.workspaceId, 'environments', wanted.id, at)
    const { stage } = STATE_FACTS[state]
    if (environment.parentId !== library.parentId) {
      throw conflict('invalid-library', at, 'This environment is in another property.')
    }
    if (environment.body.stage !== stage) {
      const detail =
        stage === null
          ? 'A published library is built no more.'
          : `A library that is ${state} takes a ${stage} environment; this is a ${environment.body.stage} one.`
      throw conflict('invalid-library', at, detail)
    }
    if (await isTaken(ports, environment, library.id)) {
      throw conflict(
        'environment-in-use',
        at,
        'Another library has this environment; take it away from there.',
      )
    }
    say(environment, library.id)
  }
  const body = { ...library.body, environment_id: wanted?.id ?? null }
  return { row: { ...library, body, updatedAt: now }, updates }
}

async function isTaken(
  ports: ReactorPorts,
  { workspaceId, id, body }: DocumentRow,
  libraryId: string,
): Promise<boolean> {
  if (typeof body.library_id !== 'string' || body.library_id === libraryId) return false
  const holder = await ports.store.documents.get(keyOf(workspaceId, 'libraries', body.library_id))
  return holder !== undefined && libraryBody(holder).environment_id === id
}

/** Reads a library, changes it, and saves it together with what has to change beside it. */
export function changeLibrary(
  ports: ReactorPorts,
  caller: Caller,
  id: string,
  verb: string,
  change: (library: DocumentRow) => Promise<{ row: DocumentRow; updates: Updates; inserts?: DocumentRow[] }>,
): Promise<DocumentRow> {
  const { store, clock } = ports
  return changeResource(
    () => findResource(ports, caller.workspaceId, 'libraries', id),
    async (before) => {
      const { row, updates, inserts = [] } = await change(before)
      const now = clock.now()
      const audit = [
        eventEntry(caller, now, `reactor.libraries.${verb}`, 'updated', row),
        ...inserts
          .filter(({ kind }) => kind === 'builds')
          .map((build) => eventEntry(caller, now, 'reactor.builds.create', 'created', build)),
      ]
      const unit = { inserts, updates: [{ row, expectedRevision: before.revision }, ...updates] }
      return (await store.documents.save(unit, audit)) ? { ...row, revision: before.revision + 1 } : null
    },
  )
}

export async function updateLibrary(
  ports: ReactorPorts,
  caller: Caller,
  id: string,
  input: ResourceInput,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  const action = actionIn(input, 'libraries')
  return changeLibrary(ports, caller, id, action ?? 'update', async (before) => {
    const written = changeAttributes(LIBRARY, before.body, input.attributes)
    const renamed = { ...before, body: { ...before.body, ...written }, updatedAt: ports.clock.now() }
    if (action === null) return assign(ports, renamed, identifierIn(input, 'environment'))
    return move(ports, renamed, action, identifierIn(input, 'environment'))
  })
}

/** Takes a library to its next state, and to the one environment there is for that state. */
async function move(
  ports: ReactorPorts,
  library: DocumentRow,
  action: ActionOf<'libraries'>,
  wanted: ResourceIdentifier | null | undefined,
): Promise<{ row: DocumentRow; updates: Updates }> {
  const { state, environment_id, desk_environment_id } = libraryBody(library)
  const next = STATE_FACTS[state].actions[action]
  if (next === undefined) {
    const known = Object.keys(STATE_FACTS[state].actions)
    const detail = `A library that is ${state} can not "${action}".`
    const hint = known.length === 0 ? undefined : `It can: ${known.join(', ')}.`
    throw conflict('conflict', '/data/meta/action', detail, hint)
  }
  const { stage } = STATE_FACTS[next]
  // The environment it had is left first: that stage is not the one it goes to.
  const left = await assign(ports, library, null)
  const desk = STATE_FACTS[state].stage === 'development' ? environment_id : desk_environment_id
  const changed = { state: next, build_required: true, desk_environment_id: desk }
  const moved = { ...left.row, body: { ...left.row.body, ...changed } }
  const usual =
    stage === 'development'
      ? await freeEnvironment(ports, library, desk)
      : await environmentOf(ports, library, stage!)
  const taken = await assign(ports, moved, wanted === undefined ? usual : wanted)
  // An environment that was left and taken again is written once.
  const again = new Set(taken.updates.map(({ row }) => row.id))
  const updates = [...left.updates.filter(({ row }) => !again.has(row.id)), ...taken.updates]
  return { row: taken.row, updates }
}

/** The environment of this id, unless it is gone or another library has it by now. */
async function freeEnvironment(
  ports: ReactorPorts,
  { workspaceId, id: libraryId }: DocumentRow,
  id: string | null,
): Promise<ResourceIdentifier | undefined> {
  const row =
    id === null ? undefined : await ports.store.documents.get(keyOf(workspaceId, 'environments', id))
  if (row === undefined || (await isTaken(ports, row, libraryId))) return undefined
  return { type: 'environments', id: row.id }
}

const ENVIRONMENTS_AT_MOST = 1_000

/** The staging or production environment of the property; there is one at most. */
async function environmentOf(
  { store }: ReactorPorts,
  { workspaceId, parentId }: DocumentRow,
  stage: string,
): Promise<ResourceIdentifier | undefined> {
  const at = { workspaceId, door: DOOR, kind: 'environments', parentId }
  const rows = await store.documents.list({ ...at, limit: ENVIRONMENTS_AT_MOST })
  const found = rows.find(({ body }) => body.stage === stage)
  return found && { type: 'environments', id: found.id }
}

export async function setLibraryEnvironment(
  ports: ReactorPorts,
  caller: Caller,
  id: string,
  wanted: ResourceIdentifier | null,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  return changeLibrary(ports, caller, id, 'assign', (before) => assign(ports, before, wanted, ''))
}

export async function deleteLibrary(ports: ReactorPorts, caller: Caller, id: string): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  const { store, clock } = ports
  await changeResource(
    () => findResource(ports, caller.workspaceId, 'libraries', id),
    async (library) => {
      if (libraryBody(library).state === 'published') {
        throw conflict('conflict', '/data', 'A published library is part of what production runs.')
      }
      const { updates } = await assign(ports, library, null)
      const audit = eventEntry(caller, clock.now(), 'reactor.libraries.delete', 'deleted', library)
      return (await store.documents.save({ deletes: [library], updates }, audit)) ? library : null
    },
  )
  await removeBelow(ports, { workspaceId: caller.workspaceId, parentId: id }, ['notes'])
}
