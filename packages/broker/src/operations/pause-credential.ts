import { BursarError } from '@bursar/domain/error.ts'
import { grantOf } from '@bursar/domain/grants/table.ts'
import type { Condition } from '@bursar/domain/state.ts'
import type { CredentialRow, TokenRow } from '../store/store.ts'
import { auditEntry } from './audit.ts'
import { loadView, notFound } from './credential-view.ts'
import type { Caller, CredentialView, Revisions } from './operations.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'
import { demandRevision } from './precondition.ts'
import { renewalDueAt } from './schedule.ts'

type PausePorts = Pick<Ports, 'store' | 'clock'>

const ATTEMPTS = 5

/** No token is handed out and none is refreshed until it is resumed. What it holds is kept. */
export function pauseCredential(
  ports: PausePorts,
  caller: Caller,
  name: string,
  revisions: Revisions = null,
): Promise<CredentialView> {
  return change(ports, caller, name, revisions, 'credential.pause', (row, token, now) =>
    row.status === 'paused'
      ? null
      : {
          condition: {
            status: 'paused',
            reason: {
              code: 'paused',
              detail: `Paused by ${caller.name}.`,
              since: now,
              mender: 'admin',
              hint: `Resume it: bursar credential resume ${name}.`,
              ...(isDueBefore(renewalDueAt(token, 0), token) && { exchangeOnResume: true }),
            },
          },
          claimableAt: null,
        },
  )
}

export function resumeCredential(
  ports: PausePorts,
  caller: Caller,
  name: string,
  revisions: Revisions = null,
): Promise<CredentialView> {
  return change(ports, caller, name, revisions, 'credential.resume', (row, token, now) =>
    row.status === 'paused' ? resumed(row, token, now) : null,
  )
}

function resumed(
  row: CredentialRow,
  token: TokenRow,
  now: number,
): { condition: Condition; claimableAt: number | null } {
  const alive = token.sealed !== null && (token.expiresAt === null || token.expiresAt > now)
  if (alive) {
    const claimableAt = row.reason?.exchangeOnResume ? now : renewalDueAt(token, now)
    return { condition: { status: 'active', reason: null }, claimableAt }
  }
  const { consent } = grantOf(row.recipe)
  if (token.sealed === null && consent !== 'none' && row.secrets.refresh_token === undefined) {
    const reason = {
      code: 'consent.missing',
      detail: 'Nobody has signed in yet.',
      since: now,
      mender: 'person' as const,
    }
    return { condition: { status: 'needs_sign_in', reason }, claimableAt: null }
  }
  return { condition: { status: 'pending', reason: null }, claimableAt: now }
}

/** Something has made it due before its renewal would have been: a change, or an attempt that had failed. */
const isDueBefore = (renewalAt: number | null, { claimableAt, leaseUntil }: TokenRow): boolean =>
  leaseUntil === null && claimableAt !== null && (renewalAt === null || claimableAt < renewalAt)

async function change(
  ports: PausePorts,
  caller: Caller,
  name: string,
  revisions: Revisions,
  action: string,
  decide: (
    row: CredentialRow,
    token: TokenRow,
    now: number,
  ) => { condition: Condition; claimableAt: number | null } | null,
): Promise<CredentialView> {
  demand(caller, { action: 'credentials:write' })
  const { store, clock } = ports
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const row = await store.credentials.get(caller.workspaceId, name)
    const token = row && (await store.tokens.get(caller.workspaceId, row.id))
    if (row === undefined || token === undefined) throw notFound(name)
    demandRevision(revisions, row.revision, name)
    const now = clock.now()
    const next = decide(row, token, now)
    if (next === null) return loadView(ports, caller.workspaceId, name)
    const saved = await store.credentials.update(
      { ...row, ...next.condition, revision: row.revision + 1, updatedAt: now },
      row.revision,
      { claimableAt: next.claimableAt },
      auditEntry(caller, now, action, name),
    )
    if (saved) return loadView(ports, caller.workspaceId, name)
  }
  throw new BursarError('credential.changed')
}
