import type { Reason, Status } from './state.ts'

/** What a person can do about a credential that does not work as it should; one click in the console. */
export const MENDS = ['connect', 'exchange', 'resume', 'edit', 'wait', 'operate'] as const
export type Mend = (typeof MENDS)[number]

/**
 * `connect` a person signs in; `edit` the configuration is wrong; `operate` the machine of the broker is (a file,
 * a variable, the network); `exchange` trying again may do; `wait` Bursar tries by itself. Null: nothing is wrong.
 */
export function mendOf(status: Status, reason: Reason | null): Mend | null {
  if (status === 'paused') return 'resume'
  if (status === 'needs_sign_in') return 'connect'
  if (status === 'active' || reason === null) return status === 'broken' ? 'exchange' : null
  if (reason.mender === 'person') return 'connect'
  if (reason.mender === 'admin') return 'edit'
  if (reason.mender === 'operator') return 'operate'
  return status === 'broken' ? 'exchange' : 'wait'
}
