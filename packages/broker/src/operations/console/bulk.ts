import { BursarError } from '@bursar/domain/error.ts'
import type { Status } from '@bursar/domain/state.ts'
import type { Caller, Operations } from '../operations.ts'
import { demand } from '../permission.ts'

export type BulkAction = 'pause' | 'resume' | 'exchange'

export interface BulkItem {
  name: string
  ok: boolean
  status: Status | null
  error: { code: string; detail: string; hint?: string } | null
}

/** Exchanges wait for providers; a few at once, so that no provider meets a crowd. */
const AT_ONCE = 8

type BulkOperations = Pick<
  Operations,
  'pauseCredential' | 'resumeCredential' | 'exchangeNow' | 'getCredential'
>

const ACTIONS: Readonly<
  Record<BulkAction, (operations: BulkOperations, caller: Caller, name: string) => Promise<unknown>>
> = {
  pause: (operations, caller, name) => operations.pauseCredential(caller, name),
  resume: (operations, caller, name) => operations.resumeCredential(caller, name),
  exchange: async (operations, caller, name) => {
    const { kind, record } = await operations.exchangeNow(caller, name)
    if (kind === 'token') return
    const error = record.error as { detail?: string | null; hint?: string | null } | undefined
    throw new BursarError(EXCHANGE_ERRORS[kind] ?? 'exchange.unavailable', {
      detail: error?.detail ?? `The exchange ended as ${kind}.`,
      ...(error?.hint && { hint: error.hint }),
    })
  },
}

const EXCHANGE_ERRORS: Readonly<Record<string, 'exchange.refused' | 'exchange.unreadable'>> = {
  refused: 'exchange.refused',
  unreadable: 'exchange.unreadable',
}

/** The same for many credentials; each by itself. */
export async function changeCredentials(
  operations: BulkOperations,
  caller: Caller,
  { action, names }: { action: BulkAction; names: readonly string[] },
): Promise<{ done: number; failed: number; items: readonly BulkItem[] }> {
  demand(caller, { action: 'credentials:write' })
  const unique = [...new Set(names)]
  const items: BulkItem[] = []
  const waiting = unique.entries()
  async function work(): Promise<void> {
    for (const [place, name] of waiting) items[place] = await changeOne(name)
  }
  async function changeOne(name: string): Promise<BulkItem> {
    let error: BulkItem['error'] = null
    try {
      await ACTIONS[action](operations, caller, name)
    } catch (caught) {
      if (!(caught instanceof BursarError)) throw caught
      const { code, detail, hint } = caught
      error = { code, detail, ...(hint !== undefined && { hint }) }
    }
    const after = await operations.getCredential(caller, name).catch(() => null)
    return { name, ok: error === null, status: after?.credential.status ?? null, error }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const done = items.filter((item) => item.ok).length
  return { done, failed: items.length - done, items }
}
