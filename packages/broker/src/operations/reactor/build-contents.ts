import type { BuiltElement } from '@bursar/domain/reactor/build-artifact.ts'
import type { BuildFault, BuildParts } from '@bursar/domain/reactor/build-plan.ts'
import { delegateOf } from '@bursar/domain/reactor/delegates.ts'
import { STATE_FACTS } from '@bursar/domain/reactor/library.ts'
import { REVISIONED, type RevisionedType } from '@bursar/domain/reactor/revisioned.ts'
import type { DocumentRow } from '../../store/store.ts'
import type { Caller } from '../operations.ts'
import { getLibrary, libraryBody } from './libraries.ts'
import { loadRevisions } from './library-resources.ts'
import { DOOR, type ReactorPorts } from './ports.ts'
import { keyOf } from './resources.ts'
import { type FrozenComponent, revisionedBody } from './revisions.ts'

export type Contents = Pick<BuildParts, 'elements' | 'rules'> & {
  /** Ids of the revisions. */
  resources: Record<RevisionedType, string[]>
  faults: BuildFault[]
}

const LIBRARIES_AT_A_TIME = 200

/**
 * What a library is built from: its own revisions over those of the libraries that lie upstream of it. Published
 * ones come first, in the order in which they were; what is further along is overlaid by what comes after.
 */
export async function collectContents(ports: ReactorPorts, library: DocumentRow): Promise<Contents> {
  const faults: BuildFault[] = []
  const upstream = await upstreamOf(ports, library)
  for (const { body, row } of upstream) {
    if (body.state === 'published' || !body.build_required) continue
    const detail = `The library "${body.name}" (${row.id}) lies upstream and has no succeeded build of what is in it.`
    faults.push({ code: 'upstream-build-required', detail })
  }
  const chosen: Record<RevisionedType, Map<string, DocumentRow>> = {
    data_elements: new Map(),
    extensions: new Map(),
    rules: new Map(),
  }
  for (const row of [...upstream.map((one) => one.row), library]) {
    for (const type of REVISIONED) {
      const ids = libraryBody(row).resources[type]
      for (const revision of await loadRevisions(ports, row.workspaceId, type, ids)) {
        const { origin_id } = revisionedBody(revision)
        if (!(await isDeleted(ports, type, revision))) chosen[type].set(origin_id, revision)
        else if (row === library) {
          const detail = `"${String(revision.body.name)}" (${origin_id}) was deleted; take it out of the library.`
          faults.push({ code: 'deleted-resources', detail })
        }
      }
    }
  }
  const enabled = (type: RevisionedType) =>
    [...chosen[type].values()].filter(({ body }) => body.enabled !== false)
  const elements = enabled('data_elements').map(builtElement)
  const rules = enabled('rules').map(builtRule)
  await checkExtensions(ports, library, [...enabled('data_elements'), ...enabled('rules')], faults)
  const ids = (type: RevisionedType) => [...chosen[type].values()].map(({ id }) => id)
  const resources = {
    data_elements: ids('data_elements'),
    extensions: ids('extensions'),
    rules: ids('rules'),
  }
  return { elements, rules, resources, faults }
}

/** Libraries that are further along, those furthest first. */
export async function upstreamOf(ports: ReactorPorts, library: DocumentRow) {
  const { workspaceId, parentId } = library
  const own = STATE_FACTS[libraryBody(library).state].rank
  const rows: DocumentRow[] = []
  for (let after: { createdAt: number; id: string } | undefined; ; ) {
    const at = { workspaceId, door: DOOR, kind: 'libraries', parentId }
    const page = await ports.store.documents.list({
      ...at,
      limit: LIBRARIES_AT_A_TIME,
      ...(after && { after }),
    })
    rows.push(...page)
    if (page.length < LIBRARIES_AT_A_TIME) break
    after = page.at(-1)!
  }
  const rank = (row: DocumentRow) => STATE_FACTS[libraryBody(row).state].rank
  return rows
    .filter((row) => row.id !== library.id && rank(row) > own)
    .toSorted(
      (a, b) =>
        rank(b) - rank(a) ||
        (libraryBody(a).published_at ?? a.updatedAt) - (libraryBody(b).published_at ?? b.updatedAt),
    )
    .map((row) => ({ row, body: libraryBody(row) }))
}

async function isDeleted(ports: ReactorPorts, type: RevisionedType, revision: DocumentRow): Promise<boolean> {
  const { origin_id } = revisionedBody(revision)
  const head = await ports.store.documents.get(keyOf(revision.workspaceId, type, origin_id))
  return head === undefined || revisionedBody(head).deleted_at !== null
}

interface DelegateBody {
  name: string
  delegate_descriptor_id: string
  settings: string
  extension_id: string
}

const builtDelegate = (id: string, { name, delegate_descriptor_id, settings }: DelegateBody) => ({
  id,
  name,
  delegate: delegate_descriptor_id,
  // It was checked when it was written.
  settings: JSON.parse(settings) as Record<string, unknown>,
})

function builtElement({ body }: DocumentRow): BuiltElement {
  const { default_value, clean_text, force_lower_case, origin_id } = body as {
    default_value: string | null
    clean_text: boolean
    force_lower_case: boolean
    origin_id: string
  }
  return {
    ...builtDelegate(origin_id, body as unknown as DelegateBody),
    defaultValue: default_value,
    cleanText: clean_text,
    forceLowerCase: force_lower_case,
  }
}

const componentsIn = ({ body }: DocumentRow) => (body.components ?? []) as FrozenComponent[]

function builtRule(row: DocumentRow): BuildParts['rules'][number] {
  const { name, origin_id } = row.body as { name: string; origin_id: string }
  const built = componentsIn(row).map(({ id, body }) => ({
    ...builtDelegate(id, body as unknown as DelegateBody),
    negate: body.negate === true,
  }))
  const of = (kind: string) => built.filter(({ delegate }) => delegateOf(delegate)?.kind === kind)
  return {
    id: origin_id,
    name,
    conditions: of('conditions'),
    actions: of('actions').map(({ negate: _negate, ...action }) => action),
  }
}

/** Whatever is used has to have its extension in the property still. */
async function checkExtensions(
  ports: ReactorPorts,
  { workspaceId }: DocumentRow,
  rows: readonly DocumentRow[],
  faults: BuildFault[],
): Promise<void> {
  const users = new Map<string, string>()
  for (const row of rows) {
    const bodies = row.kind === 'rules' ? componentsIn(row).map(({ body }) => body) : [row.body]
    for (const body of bodies) users.set(String(body.extension_id), String(body.name))
  }
  for (const [id, user] of users) {
    const head = await ports.store.documents.get(keyOf(workspaceId, 'extensions', id))
    const body = head && revisionedBody(head)
    if (body !== undefined && body.deleted_at === null && body.enabled !== false) continue
    const detail = `The extension that "${user}" needs (${id}) is deleted or not enabled.`
    faults.push({ code: 'extension-not-found', detail })
  }
}

/** The nearest of the libraries that a library is built on; null where there is none. */
export async function getUpstreamLibrary(
  ports: ReactorPorts,
  caller: Caller,
  id: string,
): Promise<DocumentRow | null> {
  const upstream = await upstreamOf(ports, await getLibrary(ports, caller, id))
  return upstream.at(-1)?.row ?? null
}
