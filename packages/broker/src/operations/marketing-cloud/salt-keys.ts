import { BursarError } from '@bursar/domain/error.ts'
import { saltHex, saltKeyInput, saltKeyPatch } from '@bursar/domain/marketing-cloud/salt-key.ts'
import { problemsOfIssues } from '@bursar/domain/schema-problem.ts'
import type { z } from 'zod'
import type { DocumentRow } from '../../store/store.ts'
import { auditEntry } from '../audit.ts'
import { listDocuments, type PageQuery } from '../document-list.ts'
import type { Caller, Page } from '../operations.ts'
import { demand } from '../permission.ts'
import { DOOR, type MarketingCloudPorts } from './ports.ts'

type SaltPorts = Pick<MarketingCloudPorts, 'store' | 'envelope' | 'clock' | 'random'>

export interface SaltKeyView {
  name: string
  externalKey: string
  /** How long the key is. */
  bytes: number
  createdAt: number
  updatedAt: number
}

const KIND = 'salt-key'

const placeOf = ({ workspaceId, id }: Pick<DocumentRow, 'workspaceId' | 'id'>) => ({
  workspaceId,
  table: 'documents',
  row: `${DOOR}/${KIND}/${id}`,
  column: 'sealed',
})

const notFound = (key: string): BursarError =>
  new BursarError('salt_key.not_found', {
    detail: `There is no Salt key with the external key "${key}".`,
    hint: 'List them: bursar salt-key list.',
  })

const viewOf = ({ name, body, createdAt, updatedAt }: DocumentRow): SaltKeyView => ({
  name: body.name as string,
  externalKey: name!,
  bytes: body.bytes as number,
  createdAt,
  updatedAt,
})

const find = ({ store }: Pick<SaltPorts, 'store'>, workspaceId: string, key: string) =>
  store.documents.getByName({ workspaceId, door: DOOR, kind: KIND, parentId: '', name: key })

function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  throw new BursarError('request.invalid', {
    problems: problemsOfIssues(parsed.error.issues, schema, ''),
  })
}

/** Keeps a Salt key, sealed. */
export async function createSaltKey(ports: SaltPorts, caller: Caller, body: unknown): Promise<SaltKeyView> {
  demand(caller, { action: 'credentials:write' })
  const { name, externalKey, key } = read(saltKeyInput, body)
  const { workspaceId } = caller
  const now = ports.clock.now()
  const id = ports.random.id()
  const hex = saltHex(key)
  const row: DocumentRow = {
    workspaceId,
    door: DOOR,
    kind: KIND,
    id,
    parentId: '',
    name: externalKey,
    body: { name, bytes: hex.length / 2 },
    sealed: ports.envelope.seal(placeOf({ workspaceId, id }), hex),
    revision: 1,
    createdAt: now,
    updatedAt: now,
  }
  if (!(await ports.store.documents.insert(row, auditEntry(caller, now, 'salt_key.create', externalKey)))) {
    throw new BursarError('salt_key.taken', {
      path: '/externalKey',
      detail: `A Salt key with the external key "${externalKey}" exists already.`,
      hint: 'Choose another external key, or delete the one that is there.',
    })
  }
  return viewOf(row)
}

export async function listSaltKeys(
  ports: SaltPorts,
  caller: Caller,
  query: PageQuery,
): Promise<Page<SaltKeyView>> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  return listDocuments(ports, { workspaceId, door: DOOR, kind: KIND }, query, viewOf)
}

export async function getSaltKey(ports: SaltPorts, caller: Caller, key: string): Promise<SaltKeyView> {
  demand(caller, { action: 'credentials:read' })
  const row = await find(ports, caller.workspaceId, key)
  if (row === undefined) throw notFound(key)
  return viewOf(row)
}

/** Gives a Salt key other bytes or another name. What is signed from then on is signed with the new bytes. */
export async function updateSaltKey(
  ports: SaltPorts,
  caller: Caller,
  key: string,
  patch: unknown,
): Promise<SaltKeyView> {
  demand(caller, { action: 'credentials:write' })
  const wanted = read(saltKeyPatch, patch)
  const hex = wanted.key === undefined ? undefined : saltHex(wanted.key)
  // Whoever was faster changed the row; the patch holds for what they left as well.
  for (;;) {
    const before = await find(ports, caller.workspaceId, key)
    if (before === undefined) throw notFound(key)
    const now = ports.clock.now()
    const row: DocumentRow = {
      ...before,
      body: {
        ...before.body,
        ...(wanted.name !== undefined && { name: wanted.name }),
        ...(hex !== undefined && { bytes: hex.length / 2 }),
      },
      sealed: hex === undefined ? before.sealed : ports.envelope.seal(placeOf(before), hex),
      updatedAt: now,
    }
    const audit = auditEntry(caller, now, hex === undefined ? 'salt_key.update' : 'salt_key.rotate', key)
    if (await ports.store.documents.update(row, before.revision, audit)) return viewOf(row)
  }
}

export async function deleteSaltKey(ports: SaltPorts, caller: Caller, key: string): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  const row = await find(ports, caller.workspaceId, key)
  const audit = auditEntry(caller, ports.clock.now(), 'salt_key.delete', key)
  if (row === undefined || !(await ports.store.documents.delete(row, audit))) throw notFound(key)
}

/** The bytes of a Salt key; undefined when there is none of this name. */
export async function openSaltKey(
  ports: Pick<MarketingCloudPorts, 'store' | 'envelope'>,
  workspaceId: string,
  key: string,
): Promise<Buffer | undefined> {
  const row = await find(ports, workspaceId, key)
  if (row?.sealed == null) return undefined
  return Buffer.from(ports.envelope.open(placeOf(row), row.sealed), 'hex')
}
