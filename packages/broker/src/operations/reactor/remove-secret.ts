import { BursarError } from '@bursar/domain/error.ts'
import { credentialNameOf } from '@bursar/domain/reactor/resource-type.ts'
import type { DocumentRow } from '../../store/store.ts'
import { deleteCredential } from '../delete-credential.ts'
import type { Caller } from '../operations.ts'
import { eventDetail } from './event-detail.ts'
import type { ReactorPorts } from './ports.ts'
import { removeBelow, resourceNotFound } from './resources.ts'

/** A secret and the credential that it is go in one write, and its artifact with them, at once. */
export async function removeSecret(ports: ReactorPorts, caller: Caller, row: DocumentRow): Promise<void> {
  const { workspaceId, id } = row
  try {
    await deleteCredential(ports, caller, credentialNameOf(id), {
      deletes: [row],
      detail: eventDetail('deleted', row),
    })
  } catch (error) {
    if (!(error instanceof BursarError) || error.code !== 'credential.not_found') throw error
    // The credential was deleted by itself, or both are gone by now.
    if (!(await ports.store.documents.delete(row, null))) throw resourceNotFound('secrets')
  }
  await removeBelow(ports, { workspaceId, parentId: id }, ['notes'])
}
