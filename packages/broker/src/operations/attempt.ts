import { secretOutputs } from '@bursar/domain/auth-data.ts'
import { BursarError } from '@bursar/domain/error.ts'
import type { Answer, TokenOutputs } from '@bursar/domain/exchange.ts'
import type { ExchangeContext } from '@bursar/domain/exchange-context.ts'
import type { Consent } from '@bursar/domain/grants/grant.ts'
import { grantOf } from '@bursar/domain/grants/table.ts'
import { exchangeContext, type PlanInput, planExchange } from '@bursar/domain/plan-exchange.ts'
import { startsAnew } from '@bursar/domain/refresh-way.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { readRefreshToken } from '@bursar/domain/token-response.ts'
import type { SendResult } from '../outbound/outbound.ts'
import type { Claim } from '../store/store.ts'
import type { AttemptEnd } from './attempt-end.ts'
import { closeDevice, intervalOf, isToRenewFirst, pendingDevice } from './device.ts'
import type { ExchangeTrigger } from './exchange-record.ts'
import { isReusable, writeIntent } from './intent.ts'
import { type Judged, judgeAnswer, planTimes, withRotated } from './judge-answer.ts'
import { matchesPattern } from './pattern.ts'
import type { ExchangePorts } from './ports.ts'
import { loadPrevious } from './previous-secret.ts'
import { type PreparedRequest, prepareRequest, resolveSecrets } from './request.ts'
import { openJournal, openOutputs, openSecrets, sealJournal } from './sealed.ts'
import { decideUnfinished } from './unfinished.ts'

/** What happened between the claim and the save. */
export interface Attempt extends Judged {
  prepared: PreparedRequest | null
  sent: SendResult | null
  /** The intent this attempt wrote, whatever came of it. */
  intentId: string | null
  /** An answer arrived that made no token and may have replaced a refresh token: kept, sealed. */
  journal: Uint8Array | null
  /** Every secret in play, to be taken out of whatever is shown. */
  secrets: readonly string[]
  /** What was spent to get the answer. */
  spent: 'refresh_token' | 'consent' | null
  /** The refresh token was refused before, so that no doubt about it is left. */
  isSettled: boolean
  /** What the last exchange had left, as this one read it. */
  before: TokenOutputs | null
  /** Seconds until a device may be asked about again; after an attempt that asked about it. */
  deviceIntervalSeconds: number | null
  /** The same, after one that renewed the token while a person is at the device. */
  deviceWaitsSeconds: number | null
}

const NOTHING: Omit<Attempt, 'event'> = {
  fresh: null,
  notes: [],
  prepared: null,
  sent: null,
  intentId: null,
  journal: null,
  secrets: [],
  spent: null,
  isSettled: false,
  before: null,
  deviceIntervalSeconds: null,
  deviceWaitsSeconds: null,
}

/** Everything up to the judged answer. Throws only when the database goes away before something was sent. */
export async function attemptExchange(
  ports: ExchangePorts,
  claim: Claim,
  trigger: ExchangeTrigger,
  consent: Consent | null,
): Promise<Attempt> {
  const { credential, token } = claim
  const grant = grantOf(credential.recipe)
  const outputs = openOutputs(ports.envelope, token)

  if (token.journal !== null && consent === null) {
    // An answer that was kept: perhaps the recipe can read it by now.
    const answer = JSON.parse(openJournal(ports.envelope, token, token.journal)) as Answer
    const { recipe } = credential
    const secrets = await resolveKept(ports, credential)
    const context = exchangeContext({
      grant,
      recipe,
      secrets,
      outputs,
      consent: null,
      matches: matchesPattern,
    })
    const judged = judgeAnswer(ports, claim, answer, {
      now: answer.receivedAt,
      before: outputs,
      spentRefreshToken: true,
      context,
      secrets: context.secrets,
    })
    if (judged.fresh !== null) {
      const known = [...context.secrets, ...secretOutputs(recipe, judged.fresh.outputs)]
      return { ...NOTHING, ...judged, secrets: known, intentId: token.intentId }
    }
  }
  const pending = consent === null ? await pendingDevice(ports, credential) : null
  // The token that is there is renewed while a person takes their time.
  const isRenewal = pending !== null && isToRenewFirst(pending, claim, trigger, ports.clock.now())
  const device = isRenewal ? null : pending
  const brought = consent ?? device?.consent ?? null
  const unfinished = decideUnfinished(claim, trigger, brought !== null, ports.clock.now())
  if (unfinished === 'in_doubt') return { ...NOTHING, event: { kind: 'in_doubt' }, journal: token.journal }

  let kept: Awaited<ReturnType<typeof resolveSecrets>>
  try {
    kept = await resolveSecrets(ports, credential.workspaceId, openSecrets(ports.envelope, credential))
  } catch (error) {
    if (!(error instanceof BursarError)) throw error
    return { ...NOTHING, event: unresolved(error) }
  }
  const secrets = [
    ...Object.values(kept).map((secret) => secret.reveal()),
    ...(outputs === null ? [] : secretOutputs(credential.recipe, outputs)),
    ...consentTexts(brought),
  ]
  const input = {
    grant,
    recipe: credential.recipe,
    secrets: kept,
    consent: brought,
    randomId: ports.random.text(16),
    now: ports.clock.now() + ports.skew.of(credential.recipe),
    matches: matchesPattern,
    ...(unfinished === 'anew' && { withoutRefreshToken: true }),
  }
  const first = await withPrevious(ports, claim, { ...input, outputs }, secrets)
  if (device !== null) {
    return { ...first, deviceIntervalSeconds: await closeDevice(ports, device, first.event) }
  }
  if (isRenewal) return { ...first, deviceWaitsSeconds: intervalOf(pending) }
  const refused = first.event.kind === 'refused' && first.spent === 'refresh_token'
  // What brought another refresh token was an answer that is not taken, and no refusal of ours.
  if (!refused || first.fresh !== null || !startsAnew(grant)) return first
  // The refresh token is dead, but the grant itself can be asked again.
  const again = await runPlan(ports, claim, { ...input, outputs, withoutRefreshToken: true }, secrets)
  return { ...again, intentId: again.intentId ?? first.intentId, isSettled: true }
}

/**
 * With the secrets as they are; where the provider does not know the client by them and an older secret is still
 * kept, with that one.
 */
async function withPrevious(
  ports: ExchangePorts,
  claim: Claim,
  input: PlanInput,
  secrets: readonly string[],
): Promise<Attempt> {
  const first = await runPlan(ports, claim, input, secrets)
  // A client that is not known spends nothing: RFC 6749 §5.2.
  if (first.event.kind !== 'refused' || first.event.error !== 'invalid_client') return first
  // The first answer is still to be saved, whatever becomes of the database meanwhile.
  const previous = await loadPrevious(ports, claim.credential).catch(() => null)
  if (previous === null) return first
  const { workspaceId } = claim.credential
  const old = await resolveSecrets(ports, workspaceId, { [previous.name]: previous.kept }).catch(() => null)
  if (old === null) return first
  const known = [...secrets, ...Object.values(old).map((secret) => secret.reveal())]
  const secondInput = { ...input, secrets: { ...input.secrets, ...old } }
  const second = await runPlan(ports, claim, secondInput, known, first.intentId).catch((error: unknown) => {
    // Nothing was sent a second time, and the first answer is still to be saved.
    if (error instanceof BursarError && error.code === 'store.unavailable') return null
    throw error
  })
  if (second === null || !hasSpent(second)) return first
  const detail = `The provider refused the new ${previous.name}; the one before was taken.`
  ports.log.warn('previous_secret_used', { credential: claim.credential.name, secret: previous.name })
  return { ...second, notes: [...second.notes, { code: 'secret.previous', detail }] }
}

/** A token, or what may hold one: its refresh token may be spent. */
const hasSpent = ({ event, fresh, journal }: Attempt): boolean =>
  event.kind === 'token' || event.kind === 'in_doubt' || fresh !== null || journal !== null

async function runPlan(
  ports: ExchangePorts,
  claim: Claim,
  input: PlanInput,
  knownSecrets: readonly string[],
  /** The intent that stands: of an older doubt, or of a request of this attempt that was answered. */
  standing: string | null = claim.token.intentId,
): Promise<Attempt> {
  const nothing = { ...NOTHING, secrets: knownSecrets }
  /** Set as soon as a refresh token may have been spent. */
  let spent: Attempt | null = null
  try {
    const planned = planExchange(input)
    if (planned.kind === 'needs_consent') return { ...nothing, event: { kind: 'needs_consent' } }
    if (planned.kind === 'unrendered') return { ...nothing, event: { kind: 'unrendered', ...planned.fault } }
    const { plan, spends, context } = planned
    if (plan.kind === 'given') return { ...nothing, ...planTimes(ports, claim, plan.outputs) }
    if (plan.kind === 'sign') {
      const accessToken = new Secret(await ports.signer.sign(plan.jwt))
      const outputs = { accessToken, tokenType: 'Bearer', expiresIn: plan.expiresInSeconds, others: {} }
      return { ...nothing, ...planTimes(ports, claim, outputs) }
    }
    const prepared = await prepareRequest(ports, plan.request)
    const secrets = [...knownSecrets, ...prepared.secrets]
    const mayRotate = spends === 'refresh_token' && !isReusable(claim)
    // A doubt that stands keeps its name: the late answer of whoever left it is still welcome.
    const intentId = mayRotate ? (standing ?? ports.random.text(12)) : null
    if (intentId !== null && !(await writeIntent(ports, claim, standing, intentId))) {
      return { ...nothing, event: LEASE_LOST }
    }
    // The whole upstream deadline has to fit into what is left of the lease.
    const leftSeconds = claim.leaseUntil - ports.clock.now()
    if (leftSeconds <= ports.settings.upstreamDeadlineSeconds) {
      return { ...nothing, intentId, event: LEASE_LOST }
    }
    const deadlineMs = ports.settings.upstreamDeadlineSeconds * 1000
    const doubt = { kind: 'in_doubt', anew: startsAnew(input.grant) } as const
    if (intentId !== null) spent = { ...nothing, prepared, intentId, event: doubt }
    const sent = await ports.outbound.send(prepared.wire, { deadlineMs })
    const base = { ...nothing, prepared, sent, secrets, intentId, spent: spends, before: input.outputs }
    if (sent.kind === 'no_answer') {
      const unsure = sent.failure.sent && intentId !== null
      return { ...base, event: unsure ? doubt : { kind: 'no_answer', ...sent.failure } }
    }
    if (sent.skewSeconds !== null) ports.skew.note(claim.credential.recipe, sent.skewSeconds)
    const { skewSeconds, answer } = sent
    // A refresh token that was refused is not carried on.
    const before = input.withoutRefreshToken ? null : input.outputs
    const spentRefreshToken = spends === 'refresh_token'
    const known = { before, skewSeconds, spentRefreshToken, context, secrets }
    const judged = judgeAnswer(ports, claim, answer, known)
    const unread = judged.event.kind === 'unreadable' && intentId !== null
    const journal = unread ? sealJournal(ports.envelope, claim.token, JSON.stringify(answer)) : null
    const rescued = spentRefreshToken ? rescue(claim, judged, answer, input, context) : null
    return { ...base, ...judged, journal, fresh: judged.fresh ?? rescued }
  } catch (error) {
    if (spent !== null) {
      // Whatever went wrong behind the request, its refresh token is not to be taken for an unspent one.
      ports.log.error('exchange_failed', { credential: claim.credential.name, error: (error as Error).name })
      return spent
    }
    if (!(error instanceof BursarError) || error.code === 'store.unavailable') throw error
    return { ...nothing, event: unresolved(error) }
  }
}

/** The answer was not taken, yet the refresh token in it may have replaced the one that was spent. */
function rescue(
  claim: Claim,
  { event }: Judged,
  answer: Answer,
  { recipe, outputs }: PlanInput,
  context: ExchangeContext,
): Judged['fresh'] {
  if (event.kind !== 'unreadable' || event.code === undefined) return null
  const refreshToken = readRefreshToken(answer, recipe, context)
  return refreshToken === undefined ? null : withRotated(claim.token, outputs, refreshToken)
}

/** What can be read of the secrets: enough to judge an answer that came long ago. */
const resolveKept = (ports: ExchangePorts, credential: Claim['credential']) =>
  resolveSecrets(ports, credential.workspaceId, openSecrets(ports.envelope, credential)).catch(
    (error: unknown) => {
      if (error instanceof BursarError) return {}
      throw error
    },
  )

const LEASE_LOST: AttemptEnd = {
  kind: 'no_answer',
  code: 'outbound.timeout',
  detail: 'The lease ran out before the request could be sent.',
  sent: false,
}

/** A secret that can not be read, or a key that does not sign: nothing was asked. */
export const unresolved = (error: BursarError): AttemptEnd => ({
  kind: 'unresolved',
  secret: error.problems[0]?.path.split('/').at(-1) ?? 'of this credential',
  detail: error.detail,
  ...(error.hint !== undefined && { hint: error.hint }),
})

function consentTexts(consent: Consent | null): string[] {
  if (consent === null) return []
  return consent.kind === 'code'
    ? [consent.code.reveal(), consent.codeVerifier.reveal()]
    : [consent.deviceCode.reveal()]
}
