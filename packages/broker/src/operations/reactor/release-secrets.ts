import type { DocumentRow } from '../../store/store.ts'
import type { Caller } from '../operations.ts'
import { eventEntry } from './event-detail.ts'
import { DOOR, type ReactorPorts } from './ports.ts'
import { changeResource } from './resources.ts'

const AT_ONCE = 100

/**
 * Sets the secrets of an environment free: no environment, no artifact, no refreshing. Answers whether there were any.
 */
export async function releaseSecrets(
  ports: ReactorPorts,
  caller: Caller,
  environmentId: string,
): Promise<boolean> {
  const { workspaceId } = caller
  for (let any = false; ; any = true) {
    const { found } = await ports.store.documents.query({
      workspaceId,
      door: DOOR,
      kind: 'secrets',
      groupId: environmentId,
      where: [],
      order: [],
      offset: 0,
      limit: AT_ONCE,
    })
    if (found.length === 0) return any
    // Together, so that they share their commits.
    await Promise.all(found.map(({ row }) => release(ports, caller, row)))
  }
}

async function release(ports: ReactorPorts, caller: Caller, { workspaceId, id }: DocumentRow): Promise<void> {
  const { store, clock } = ports
  await changeResource(
    async () => ({
      row: await store.documents.get({ workspaceId, door: DOOR, kind: 'secrets', id }),
      credential: await store.credentials.getById(workspaceId, id),
    }),
    async (before) => {
      const { row, credential } = before
      if (row?.groupId === undefined) return before
      const now = clock.now()
      const { groupId: _environment, ...free } = row
      const released = { ...free, body: { ...row.body, boundVersion: null }, updatedAt: now }
      const documents = { updates: [{ row: released, expectedRevision: row.revision }] }
      const audit = eventEntry(caller, now, 'reactor.secret.release', 'updated', row)
      if (credential === undefined) return (await store.documents.save(documents, audit)) ? before : null
      const { recipe } = credential
      const next = {
        ...credential,
        recipe: { ...recipe, lifetime: { ...recipe.lifetime, keep_token: false } },
        revision: credential.revision + 1,
        configRevision: credential.configRevision + 1,
        updatedAt: now,
      }
      // An exchange that is under way would bring an artifact back.
      const token = { claimableAt: null, sealed: null, endLease: true }
      return (await store.credentials.update(next, credential.revision, token, audit, documents))
        ? before
        : null
    },
  )
}
