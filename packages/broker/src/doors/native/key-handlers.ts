import type { keyRoutes } from '@bursar/domain/api/routes/keys.ts'
import { presentInstant, presentInstantOrNull } from '@bursar/domain/api/wire/instant.ts'
import type { KeyOperations, KeyReport } from '../../operations/keys/rotation.ts'
import type { RequestOfOperation } from './request.ts'

export type KeyHandlers = {
  [Id in (typeof keyRoutes)[number]['operationId']]: (request: RequestOfOperation<Id>) => Promise<unknown>
}

export function createKeyHandlers(operations: KeyOperations): KeyHandlers {
  return {
    getKeys: async ({ caller }) => presentKeys(await operations.getKeys(caller)),
    rotateKeys: async ({ caller, body }) => presentKeys(await operations.rotateKeys(caller, body)),
  }
}

const presentKeys = ({ origin, canRotate, ring, dataKeys, rotation }: KeyReport) => ({
  origin,
  can_rotate: canRotate,
  ring: ring.map((key) => ({ id: key.id, active: key.active, data_keys: key.dataKeys })),
  data_keys: dataKeys.map(({ id, ringKey, createdAt, sealing }) => ({
    id,
    ring_key: ringKey,
    created_at: presentInstant(createdAt),
    sealing,
  })),
  rotation: rotation && {
    state: rotation.state,
    ring_key: rotation.ringKey,
    data_key: rotation.dataKey,
    started_by: rotation.startedBy,
    started_at: presentInstant(rotation.startedAt),
    ended_at: presentInstantOrNull(rotation.endedAt),
    total: rotation.total,
    done: rotation.done,
    waiting_for: rotation.waitingFor,
  },
})
