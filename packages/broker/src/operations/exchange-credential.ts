import type { Answer, Judgement, TokenOutputs } from '@bursar/domain/exchange.ts'
import { BursarError } from '@bursar/domain/error.ts'
import type { Consent, Grant } from '@bursar/domain/grants/grant.ts'
import { grantOf } from '@bursar/domain/grants/table.ts'
import { planLifetime } from '@bursar/domain/lifetime.ts'
import { Secret } from '@bursar/domain/secret.ts'
import type { TokenTimes } from '@bursar/domain/token.ts'
import type { SendResult } from '../outbound/outbound.ts'
import type { Claim, ExchangeRow, Outcome, TokenRow } from '../store/store.ts'
import { type AttemptEnd, conditionAfter } from './attempt-end.ts'
import { type ExchangeTrigger, recordExchange } from './exchange-record.ts'
import { planExchange } from './plan-exchange.ts'
import type { Ports } from './ports.ts'
import { type PreparedRequest, prepareRequest, resolveSecrets } from './request.ts'
import { type SaveEnd, saveOutcome } from './save-outcome.ts'
import { scheduleNext } from './schedule.ts'
import { openJournal, openOutputs, openSecrets, sealJournal, sealOutputs } from './sealed.ts'
import { decideUnfinished } from './unfinished.ts'

export type ExchangePorts = Pick<
  Ports,
  | 'store'
  | 'spool'
  | 'envelope'
  | 'sources'
  | 'outbound'
  | 'signer'
  | 'clock'
  | 'random'
  | 'log'
  | 'metrics'
  | 'settings'
  | 'skew'
>

export interface ExchangeEnd {
  event: AttemptEnd
  saved: SaveEnd
  row: ExchangeRow
  /** Present when a token came and is kept (saved or spooled). */
  token: { outputs: TokenOutputs; times: TokenTimes; version: number } | null
}

/** What happened between the claim and the save. */
interface Attempt {
  event: AttemptEnd
  /** The token that came, whatever the judgement says of its life. */
  fresh: { outputs: TokenOutputs; times: TokenTimes } | null
  prepared: PreparedRequest | null
  sent: SendResult | null
  intentId: string | null
  /** Sealed answer to keep: one that arrived and made no token. */
  journal: Uint8Array | null
  secrets: readonly string[]
  notes: ReadonlyArray<{ code: string; detail: string }>
}

/**
 * Runs one exchange under a lease and saves whatever comes of it: read inside the lease, intent before a
 * refresh token is spent, send, judge, one write. Whoever waits for it may go away; it ends all the same.
 */
export async function exchangeCredential(
  ports: ExchangePorts,
  claim: Claim,
  trigger: ExchangeTrigger,
  consent: Consent | null = null,
): Promise<ExchangeEnd> {
  const { clock, random, metrics } = ports
  const begunMs = clock.monotonicMs()
  const startedAt = clock.now()
  const attempt = await attemptExchange(ports, claim, trigger, consent, begunMs)
  const { credential, token } = claim
  const durationMs = Math.round(clock.monotonicMs() - begunMs)
  const version = token.version + 1
  const id = random.id()
  const row = recordExchange({
    id,
    workspaceId: credential.workspaceId,
    credentialId: credential.id,
    credentialName: credential.name,
    trigger,
    startedAt,
    durationMs,
    event: attempt.event,
    prepared: attempt.prepared,
    sent: attempt.sent,
    secrets: attempt.secrets,
    token: attempt.fresh && { version, times: attempt.fresh.times, tokenType: attempt.fresh.outputs.tokenType },
    notes: attempt.notes,
  })
  const saved = await saveOutcome(ports, outcomeOf(ports, claim, trigger, attempt, row))
  metrics.exchange(attempt.event.kind, trigger, durationMs)
  ports.log.info('exchange', {
    credential: credential.name,
    exchange_id: id,
    trigger,
    kind: attempt.event.kind,
    saved,
    duration_ms: durationMs,
  })
  const kept = attempt.fresh !== null && (saved === 'saved' || saved === 'spooled')
  return {
    event: attempt.event,
    saved,
    row,
    token: kept ? { ...attempt.fresh!, version } : null,
  }
}

async function attemptExchange(
  ports: ExchangePorts,
  claim: Claim,
  trigger: ExchangeTrigger,
  consent: Consent | null,
  begunMs: number,
): Promise<Attempt> {
  const { credential, token } = claim
  const grant = grantOf(credential.recipe)
  const outputs = openOutputs(ports.envelope, token)
  const nothing = { fresh: null, prepared: null, sent: null, intentId: null, journal: null, notes: [] }

  if (token.journal !== null) {
    // An answer that was kept: perhaps the recipe can read it by now.
    const answer = JSON.parse(openJournal(ports.envelope, token, token.journal)) as Answer
    const judged = judge(ports, claim, grant, answer, outputs, null)
    if (judged.fresh !== null) {
      return { ...nothing, ...judged, secrets: secretTexts(judged.fresh.outputs), intentId: token.intentId }
    }
  }
  const unfinished = decideUnfinished(claim, trigger, consent !== null, ports.clock.now())
  if (unfinished !== null) return { ...nothing, event: unfinished, secrets: [], journal: token.journal }

  let kept: Awaited<ReturnType<typeof resolveSecrets>>
  try {
    kept = await resolveSecrets(ports, openSecrets(ports.envelope, credential))
  } catch (error) {
    if (!(error instanceof BursarError)) throw error
    return { ...nothing, event: unresolved(error), secrets: [] }
  }
  const secrets = [
    ...Object.values(kept).map((secret) => secret.reveal()),
    ...(outputs === null ? [] : secretTexts(outputs)),
    ...(consent?.kind === 'code' ? [consent.code.reveal(), consent.codeVerifier.reveal()] : []),
    ...(consent?.kind === 'device' ? [consent.deviceCode.reveal()] : []),
  ]
  const skewSeconds = ports.skew.of(credential.recipe)
  const input = { grant, recipe: credential.recipe, secrets: kept, consent, randomId: ports.random.text(16) }
  const now = ports.clock.now() + skewSeconds
  const first = await runPlan(ports, claim, grant, { ...input, outputs, now }, secrets, begunMs)
  const refused = first.event.kind === 'refused' && first.spent === 'refresh_token'
  if (!refused || grant.renewal !== 'refresh_or_again' || consent !== null) return first
  // The refresh token is dead, but the grant itself can be asked again.
  const again = await runPlan(ports, claim, grant, { ...input, outputs: null, now }, secrets, begunMs)
  return { ...again, intentId: again.intentId ?? first.intentId }
}

async function runPlan(
  ports: ExchangePorts,
  claim: Claim,
  grant: Grant,
  input: Parameters<typeof planExchange>[0],
  knownSecrets: readonly string[],
  begunMs: number,
): Promise<Attempt & { spent: 'refresh_token' | 'consent' | null }> {
  const { credential, token } = claim
  const nothing = {
    fresh: null,
    prepared: null,
    sent: null,
    intentId: null,
    journal: null,
    secrets: knownSecrets,
    notes: [],
    spent: null,
  }
  const planned = planExchange(input)
  if (planned.kind === 'needs_consent') return { ...nothing, event: { kind: 'needs_consent' } }
  const { plan, spends } = planned

  if (plan.kind === 'given') {
    return { ...nothing, ...live(ports, claim, { kind: 'token', outputs: plan.outputs, notes: [] }, null) }
  }
  try {
    if (plan.kind === 'sign') {
      const outputs: TokenOutputs = {
        accessToken: new Secret(await ports.signer.sign(plan.jwt)),
        tokenType: 'Bearer',
        expiresIn: plan.expiresInSeconds,
        others: {},
      }
      return { ...nothing, ...live(ports, claim, { kind: 'token', outputs, notes: [] }, null) }
    }
    const prepared = await prepareRequest(ports, plan.request)
    const secrets = [...knownSecrets, ...prepared.secrets]
    let intentId: string | null = null
    if (spends === 'refresh_token' && !reusable(claim)) {
      intentId = ports.random.text(12)
      const ours = await ports.store.tokens.saveIntent({
        workspaceId: credential.workspaceId,
        credentialId: credential.id,
        leaseId: claim.leaseId,
        expectedVersion: token.version,
        intentId,
        now: ports.clock.now(),
      })
      if (!ours) return { ...nothing, event: leaseLost() }
    }
    if (!leaseLeft(ports, claim, begunMs)) return { ...nothing, secrets, intentId: null, event: leaseLost() }
    const sent = await ports.outbound.send(prepared.wire, {
      deadlineMs: ports.settings.upstreamDeadlineSeconds * 1000,
    })
    const base = { ...nothing, prepared, sent, secrets, intentId, spent: spends }
    if (sent.kind === 'no_answer') {
      const unsure = sent.failure.sent && intentId !== null
      return { ...base, event: unsure ? { kind: 'in_doubt' } : { kind: 'no_answer', ...sent.failure } }
    }
    if (sent.skewSeconds !== null) ports.skew.note(credential.recipe, sent.skewSeconds)
    const judged = judge(ports, claim, grant, sent.answer, input.outputs, sent)
    const unread = judged.event.kind === 'unreadable' && intentId !== null
    const journal = unread ? sealJournal(ports.envelope, token, JSON.stringify(sent.answer)) : null
    return { ...base, ...judged, journal }
  } catch (error) {
    if (!(error instanceof BursarError) || error.code === 'store.unavailable') throw error
    return { ...nothing, event: unresolved(error) }
  }
}

/** Judges an answer; what the grant can not read never takes a token that lives. */
function judge(
  ports: ExchangePorts,
  claim: Claim,
  grant: Grant,
  answer: Answer,
  before: TokenOutputs | null,
  sent: SendResult | null,
): Pick<Attempt, 'event' | 'fresh' | 'notes'> {
  let judgement: Judgement
  try {
    judgement = grant.read(answer, claim.credential.recipe)
  } catch (error) {
    ports.log.error('judgement_failed', { credential: claim.credential.name, error: (error as Error).name })
    judgement = { kind: 'unreadable', detail: 'The answer could not be judged; it is kept.' }
  }
  return live(ports, claim, judgement, before, sent?.skewSeconds ?? undefined)
}

function live(
  ports: ExchangePorts,
  claim: Claim,
  judgement: Judgement,
  before: TokenOutputs | null,
  skewSeconds?: number,
): Pick<Attempt, 'event' | 'fresh' | 'notes'> {
  if (judgement.kind !== 'token') return { event: judgement, fresh: null, notes: [] }
  const planned = planLifetime(judgement.outputs, claim.credential.recipe.lifetime, {
    now: ports.clock.now(),
    random: ports.random.fraction(),
    ...(skewSeconds !== undefined && { skewSeconds }),
    ...(claim.token.learnedSeconds !== null && { learnedSeconds: claim.token.learnedSeconds }),
  })
  if ('refused' in planned) {
    return {
      event: planned.refused,
      fresh: withRotated(claim.token, before, judgement.outputs),
      notes: [],
    }
  }
  // An absent refresh token never erases the one that was there (RFC 6749 §6).
  const refreshToken = judgement.outputs.refreshToken ?? before?.refreshToken
  const outputs = { ...judgement.outputs, ...(refreshToken !== undefined && { refreshToken }) }
  return { event: judgement, fresh: { outputs, times: planned.times }, notes: [...judgement.notes, ...planned.notes] }
}

/** The answer is refused for its life, yet the refresh token in it has replaced ours: that one is kept. */
function withRotated(token: TokenRow, before: TokenOutputs | null, after: TokenOutputs): Attempt['fresh'] {
  if (before === null || after.refreshToken === undefined) return null
  const { issuedAt, expiresAt, expiresFrom, refreshDueAt } = token
  return {
    outputs: { ...before, refreshToken: after.refreshToken },
    times: { issuedAt: issuedAt ?? 0, expiresAt, expiresFrom: expiresFrom ?? 'none', refreshDueAt },
  }
}

function outcomeOf(
  ports: ExchangePorts,
  claim: Claim,
  trigger: ExchangeTrigger,
  attempt: Attempt,
  row: ExchangeRow,
): Outcome {
  const { credential, token } = claim
  const { event, fresh } = attempt
  const now = ports.clock.now()
  const grant = grantOf(credential.recipe)
  const hasLiveToken = token.sealed !== null && (token.expiresAt === null || token.expiresAt > now)
  const next = scheduleNext({
    event,
    fresh: fresh?.times ?? null,
    claim,
    grant,
    now,
    hasLiveToken,
    random: ports.random.fraction(),
  })
  const old = openOutputs(ports.envelope, token)
  const condition = conditionAfter(credential, event, {
    now,
    hasLiveToken,
    exchangeId: row.id,
    final: next.final,
  })
  return {
    workspaceId: credential.workspaceId,
    credentialId: credential.id,
    expectedVersion: token.version,
    leaseId: claim.leaseId,
    intentId: attempt.intentId ?? token.intentId,
    ...(fresh !== null && {
      token: {
        sealed: sealOutputs(ports.envelope, token, fresh.outputs),
        tokenType: fresh.outputs.tokenType,
        issuedAt: fresh.times.issuedAt,
        expiresAt: fresh.times.expiresAt,
        expiresFrom: fresh.times.expiresFrom,
        refreshDueAt: fresh.times.refreshDueAt,
        rotates: rotates(old, fresh.outputs, token.rotates, attempt.intentId !== null),
      },
    }),
    claimableAt: next.claimableAt,
    expectedConfigRevision: credential.configRevision,
    failures: next.failures,
    journal: fresh === null ? (attempt.journal ?? null) : null,
    keepIntent: event.kind === 'in_doubt' || (event.kind === 'unreadable' && attempt.intentId !== null),
    condition,
    announce: trigger !== 'due' || event.kind !== 'token' || credential.status !== 'active',
    exchange: event.kind === 'awaiting' ? null : row,
    now,
  }
}

/** What was seen of the provider's habit: a new refresh token with each answer, or the same for ever. */
function rotates(old: TokenOutputs | null, fresh: TokenOutputs, known: boolean | null, spent: boolean): boolean | null {
  if (!spent || fresh.refreshToken === undefined) return known
  const before = old?.refreshToken?.reveal()
  if (before === undefined) return known
  return before !== fresh.refreshToken.reveal()
}

/** A refresh token that may be spent again: no intent is needed, nothing can be in doubt. */
function reusable({ credential, token }: Claim): boolean {
  const said = credential.recipe.lifetime.refresh_token_rotation
  return said === 'reusable' || (said === undefined && token.rotates === false)
}

/** The whole upstream deadline must fit into what is left of the lease, on a clock that never goes back. */
function leaseLeft({ clock, settings }: ExchangePorts, claim: Claim, begunMs: number): boolean {
  const usedSeconds = (clock.monotonicMs() - begunMs) / 1000
  const left = claim.leaseUntil - Math.max(clock.now(), Math.floor(claim.leaseUntil - settings.leaseSeconds + usedSeconds))
  return left > settings.upstreamDeadlineSeconds
}

const leaseLost = (): AttemptEnd => ({
  kind: 'no_answer',
  code: 'outbound.timeout',
  detail: 'The lease ran out before the request could be sent.',
  sent: false,
})

/** A secret that can not be read, or a key that does not sign: nothing was asked. */
export const unresolved = (error: BursarError): AttemptEnd => ({
  kind: 'unresolved',
  secret: error.problems[0]?.path.split('/').at(-1) ?? 'of this credential',
  detail: error.hint === undefined ? error.detail : `${error.detail} ${error.hint}`,
})

const secretTexts = (outputs: TokenOutputs): string[] => [
  outputs.accessToken.reveal(),
  ...(outputs.refreshToken === undefined ? [] : [outputs.refreshToken.reveal()]),
  ...Object.values(outputs.others).map((secret) => secret.reveal()),
]
