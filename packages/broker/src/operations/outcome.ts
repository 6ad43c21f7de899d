import type { TokenOutputs } from '@bursar/domain/exchange.ts'
import { grantOf } from '@bursar/domain/grants/table.ts'
import type { Condition } from '@bursar/domain/state.ts'
import { redactText } from '../outbound/redact.ts'
import type { Claim, ExchangeRow, Outcome } from '../store/store.ts'
import type { Attempt } from './attempt.ts'
import { conditionAfter } from './attempt-end.ts'
import type { ExchangeTrigger } from './exchange-record.ts'
import type { Ports } from './ports.ts'
import { renewsByItself, scheduleNext, scheduleRenewal } from './schedule.ts'
import { sealOutputs } from './sealed.ts'

/** Everything an attempt changes, as one write. */
export function outcomeOf(
  { envelope, clock, random }: Pick<Ports, 'envelope' | 'clock' | 'random'>,
  claim: Claim,
  trigger: ExchangeTrigger,
  attempt: Attempt,
  row: ExchangeRow,
): Outcome {
  const { credential, token } = claim
  const { event, fresh } = attempt
  const now = clock.now()
  const hasLiveToken = token.sealed !== null && (token.expiresAt === null || token.expiresAt > now)
  // A sign-in that failed says nothing of a credential that goes on without it.
  const isAside =
    attempt.spent === 'consent' &&
    event.kind !== 'token' &&
    attempt.deviceIntervalSeconds === null &&
    renewsByItself(claim)
  const next = isAside
    ? scheduleRenewal(claim, now, random.fraction())
    : scheduleNext({
        event,
        fresh: fresh?.times ?? null,
        deviceIntervalSeconds: attempt.deviceIntervalSeconds,
        claim,
        grant: grantOf(credential.recipe),
        now,
        hasLiveToken,
        random: random.fraction(),
      })
  const at = {
    now,
    hasLiveToken,
    exchangeId: row.id,
    final: next.final,
    ...(next.retries && { retries: next.retries }),
  }
  const condition = isAside ? null : withoutSecrets(conditionAfter(credential, event, at), attempt.secrets)
  // The answer to a spent refresh token never came, or came and could not be read. An older doubt ends only
  // with an answer about that refresh token.
  const answered = attempt.isSettled || (event.kind === 'refused' && attempt.spent === 'refresh_token')
  const unanswered =
    event.kind === 'in_doubt' || attempt.journal !== null || (token.intentId !== null && !answered)
  // An answer that could not be read is kept until a token comes, whatever comes in between.
  const journal = fresh === null ? (attempt.journal ?? token.journal) : null
  return {
    workspaceId: credential.workspaceId,
    credentialId: credential.id,
    expectedVersion: token.version,
    leaseId: claim.leaseId,
    intentId: attempt.intentId ?? token.intentId,
    ...(fresh !== null && {
      token: {
        sealed: isKept(credential) ? sealOutputs(envelope, token, fresh.outputs) : null,
        tokenType: fresh.outputs.tokenType,
        issuedAt: fresh.times.issuedAt,
        expiresAt: fresh.times.expiresAt,
        expiresFrom: fresh.times.expiresFrom,
        refreshDueAt: fresh.times.refreshDueAt,
        rotates: learnRotation(fresh.outputs, attempt, token.rotates),
      },
    }),
    ...(bringsRefreshToken(attempt) && { replaces: isByPerson(attempt) ? 'any' : 'older' }),
    claimableAt: earlier(
      next.claimableAt,
      attempt.deviceWaitsSeconds === null ? null : now + attempt.deviceWaitsSeconds,
    ),
    expectedConfigRevision: credential.configRevision,
    failures: next.failures,
    journal,
    keepIntent: unanswered && fresh === null,
    condition,
    announce: trigger !== 'due' || event.kind !== 'token' || credential.status !== 'active',
    exchange: event.kind === 'awaiting' ? null : row,
    now,
  }
}

const earlier = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other)

/** A refresh token of its own; one that was only carried on is not newer than what is there. */
function bringsRefreshToken({ before, fresh }: Attempt): boolean {
  const refreshToken = fresh?.outputs.refreshToken?.reveal()
  return refreshToken !== undefined && refreshToken !== before?.refreshToken?.reveal()
}

const isByPerson = ({ spent, event }: Attempt): boolean => spent === 'consent' && event.kind === 'token'

/** False for a token that is thrown away once it has been judged. */
export const isKept = ({ recipe }: Pick<Claim['credential'], 'recipe'>): boolean =>
  recipe.lifetime.keep_token !== false

/** A reason may quote the provider, and a provider may quote what it was sent. */
function withoutSecrets(condition: Condition | null, secrets: readonly string[]): Condition | null {
  if (condition === null || condition.reason === null) return condition
  const { reason } = condition
  // An error code may be a secret as well, echoed where a word was expected.
  const [code, detail] = [redactText(reason.code, secrets), redactText(reason.detail, secrets)]
  return { ...condition, reason: { ...reason, code, detail } }
}

/** What was seen of the provider's habit: a new refresh token with each answer, or the same for ever. */
function learnRotation(
  after: TokenOutputs,
  { spent, before }: Attempt,
  known: boolean | null,
): boolean | null {
  if (spent !== 'refresh_token' || after.refreshToken === undefined) return known
  const old = before?.refreshToken?.reveal()
  if (old === undefined) return known
  return old !== after.refreshToken.reveal()
}
