import { parseCallerInput } from '@bursar/domain/caller-input.ts'
import { BursarError } from '@bursar/domain/error.ts'
import { Secret } from '@bursar/domain/secret.ts'
import type { CallerRow } from '../store/store.ts'
import { auditEntry } from './audit.ts'
import { hashKey } from './authenticate.ts'
import type { Caller } from './operations.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'

type CallerPorts = Pick<Ports, 'store' | 'clock' | 'random'>

/** A key looks like `bsr_<id>_<secret>`: 256 random bits after a short name for logs and lists. */
export function makeKey(random: Ports['random']): { id: string; key: Secret } {
  const id = random.id().replaceAll('-', '').slice(-12)
  return { id, key: new Secret(`bsr_${id}_${random.text(32)}`) }
}

export async function createCaller(
  { store, clock, random }: CallerPorts,
  caller: Caller,
  body: unknown,
): Promise<{ caller: CallerRow; key: Secret }> {
  demand(caller, { action: 'admin' })
  const now = clock.now()
  const parsed = parseCallerInput(body, now)
  if ('problems' in parsed) throw new BursarError('request.invalid', { problems: parsed.problems })
  const { id, key } = makeKey(random)
  const row: CallerRow = {
    workspaceId: caller.workspaceId,
    id,
    keyHash: hashKey(key.reveal()),
    lastUsedAt: null,
    createdAt: now,
    ...parsed.input,
  }
  await store.callers.insert(
    row,
    auditEntry(caller, now, 'caller.create', id, { name: row.name, scopes: row.scopes }),
  )
  return { caller: row, key }
}

export async function listCallers({ store }: CallerPorts, caller: Caller): Promise<readonly CallerRow[]> {
  demand(caller, { action: 'admin' })
  return store.callers.list(caller.workspaceId)
}

export async function deleteCaller({ store, clock }: CallerPorts, caller: Caller, id: string): Promise<void> {
  demand(caller, { action: 'admin' })
  const audit = auditEntry(caller, clock.now(), 'caller.delete', id)
  if (!(await store.callers.delete(caller.workspaceId, id, audit))) {
    throw new BursarError('caller.not_found', {
      detail: `There is no caller with the id "${id}".`,
      hint: 'List them: bursar caller list.',
    })
  }
}

/**
 * The admin key of an empty database, or the one that was given, if it was never here; null when nothing was made.
 * A key whose caller was deleted stays deleted, though the setting may name it for ever.
 */
export async function firstAdmin(
  { store, clock, random, log }: CallerPorts & Pick<Ports, 'log'>,
  given: Secret | null,
): Promise<{ key: Secret; made: boolean } | null> {
  if (given === null && (await store.callers.count()) > 0) return null
  const made = makeKey(random)
  const key = given ?? made.key
  const keyHash = hashKey(key.reveal())
  const memory = `admin_key:${keyHash}`
  const isThere = (await store.callers.findByHash(keyHash)) !== undefined
  const wasThere = (await store.meta.get(memory)) !== undefined
  const now = clock.now()
  if (!isThere && wasThere) {
    const hint = 'Give BURSAR_ADMIN_KEY another value where there is no admin key left.'
    log.warn('admin_key_deleted', { detail: 'The caller of BURSAR_ADMIN_KEY was deleted.', hint })
    return null
  }
  if (!isThere) {
    const row: CallerRow = {
      workspaceId: 'default',
      id: made.id,
      name: 'admin',
      keyHash,
      scopes: ['admin'],
      expiresAt: null,
      lastUsedAt: null,
      createdAt: now,
    }
    await store.callers.insert(
      row,
      auditEntry({ workspaceId: 'default', id: 'system' }, now, 'caller.create', made.id),
    )
  }
  // After the insert: a start that ends in between has made a key, and the next one remembers it.
  if (!wasThere) await store.meta.setOnce(memory, String(now))
  return isThere ? null : { key, made: given === null }
}
