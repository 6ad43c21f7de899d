import { type AccessRequest, may, type PatternAction } from '@bursar/domain/access.ts'
import { BursarError } from '@bursar/domain/error.ts'
import type { Caller } from './operations.ts'

/** Refuses what the caller's scopes do not allow. */
export function demand(caller: Caller, access: AccessRequest): void {
  if (may(caller.scopes, access)) return
  const what = access.credential !== undefined ? `${access.action} for ${access.credential}` : access.action
  throw new BursarError('caller.forbidden', {
    detail: `The key "${caller.name}" may not do this: ${what}.`,
    hint: 'Make a key with a scope that allows it: bursar caller create.',
  })
}

/** Decisions of one caller, so that a hot path looks a scope list through once. */
const remembered = new WeakMap<Caller, Map<string, boolean>>()
const NAMES_AT_MOST = 100_000

export function mayUse(caller: Caller, action: PatternAction, credential: string): boolean {
  let decisions = remembered.get(caller)
  if (decisions === undefined || decisions.size > NAMES_AT_MOST) {
    decisions = new Map()
    remembered.set(caller, decisions)
  }
  const key = action === 'token' ? credential : `${credential}\n${action === 'proxy' ? '' : action}`
  let allowed = decisions.get(key)
  if (allowed === undefined) {
    allowed = may(caller.scopes, { action, credential })
    decisions.set(key, allowed)
  }
  return allowed
}
