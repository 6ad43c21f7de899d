import type { Consent } from '@bursar/domain/grants/grant.ts'
import { grantOf } from '@bursar/domain/grants/table.ts'
import type { AuthorizationRow, Claim, CredentialRow } from '../store/store.ts'
import type { AttemptEnd } from './attempt-end.ts'
import type { ExchangeTrigger } from './exchange-record.ts'
import type { Ports } from './ports.ts'
import { renewsByItself } from './schedule.ts'
import { openAuthorization } from './sealed.ts'

type DevicePorts = Pick<Ports, 'store' | 'envelope' | 'clock'>

export interface PendingDevice {
  row: AuthorizationRow
  consent: Consent
}

/** RFC 8628 §3.5: five seconds where the provider names no interval, and five more with each `slow_down`. */
const INTERVAL_SECONDS = 5

/** The device sign-in that a person may be about to finish. */
export async function pendingDevice(
  { store, envelope, clock }: DevicePorts,
  credential: CredentialRow,
): Promise<PendingDevice | null> {
  if (grantOf(credential.recipe).consent !== 'device') return null
  const row = await store.authorizations.device(credential.workspaceId, credential.id, clock.now())
  if (row === undefined) return null
  return { row, consent: { kind: 'device', deviceCode: openAuthorization(envelope, row) } }
}

export const intervalOf = ({ row }: PendingDevice): number => row.intervalSeconds ?? INTERVAL_SECONDS

/** How often a renewal is tried again that failed for now, while the device is asked about in between. */
const RENEWAL_SECONDS = 60

/** The token that is there is renewed when it is due, while a person takes their time. */
export function isToRenewFirst(
  device: PendingDevice,
  claim: Claim,
  trigger: ExchangeTrigger,
  now: number,
): boolean {
  const { intentId, refreshDueAt, failures } = claim.token
  if (!renewsByItself(claim) || intentId !== null) return false
  if (trigger !== 'due') return true
  if (refreshDueAt === null || refreshDueAt > now) return false
  // Nobody keeps when it was tried: the first look at the device in each period gives way.
  const interval = intervalOf(device)
  const period = Math.max(RENEWAL_SECONDS, 4 * interval)
  return failures === 0 || Math.floor(now / period) !== Math.floor((now - interval) / period)
}

/** Ends the sign-in when it is decided; else answers after how many seconds to ask again. */
export async function closeDevice(
  { store }: Pick<DevicePorts, 'store'>,
  device: PendingDevice,
  end: AttemptEnd,
): Promise<number | null> {
  const { row } = device
  const intervalSeconds = intervalOf(device)
  if (end.kind === 'awaiting') {
    if (!end.slowDown) return intervalSeconds
    await store.authorizations.slowDown(row.stateHash, intervalSeconds + INTERVAL_SECONDS)
    return intervalSeconds + INTERVAL_SECONDS
  }
  if (end.kind === 'token' || end.kind === 'refused') {
    // A row that stays is harmless: its code is spent and it expires.
    await store.authorizations.remove(row.stateHash).catch(() => undefined)
    return null
  }
  return intervalSeconds
}
