import type { Answer, Judgement, TokenOutputs } from '@bursar/domain/exchange.ts'
import type { ExchangeContext } from '@bursar/domain/exchange-context.ts'
import { grantOf } from '@bursar/domain/grants/table.ts'
import { planLifetime } from '@bursar/domain/lifetime.ts'
import type { Secret } from '@bursar/domain/secret.ts'
import type { TokenTimes } from '@bursar/domain/token.ts'
import type { Claim, TokenRow } from '../store/store.ts'
import type { AttemptEnd } from './attempt-end.ts'
import type { Ports } from './ports.ts'
import { withoutQuotedType } from './quoted-type.ts'

type JudgePorts = Pick<Ports, 'clock' | 'random' | 'log'>

export interface Judged {
  event: AttemptEnd
  /** What is to be kept: a new token, or the old one with a refresh token that replaced ours. */
  fresh: { outputs: TokenOutputs; times: TokenTimes } | null
  notes: ReadonlyArray<{ code: string; detail: string }>
}

/** What is known beside an answer. */
export interface Moment {
  /** When it came, Unix seconds; now when absent. */
  now?: number
  /** What the last exchange had left. */
  before?: TokenOutputs | null
  skewSeconds?: number | null
  spentRefreshToken?: boolean
}

/** Judges an answer; one that can not be judged is unreadable, never lost. */
export function judgeAnswer(
  ports: JudgePorts,
  claim: Claim,
  answer: Answer,
  {
    context,
    secrets,
    ...moment
  }: Moment & {
    context: ExchangeContext
    secrets: readonly string[]
  },
): Judged {
  const { credential } = claim
  let judgement: Judgement
  try {
    const read = grantOf(credential.recipe).read(answer, credential.recipe, context)
    judgement = withoutQuotedType(read, secrets)
  } catch (error) {
    ports.log.error('judgement_failed', { credential: credential.name, error: (error as Error).name })
    judgement = { kind: 'unreadable', detail: 'The answer could not be judged; it is kept.' }
  }
  if (judgement.kind !== 'token') return { event: judgement, fresh: null, notes: [] }
  const judged = planTimes(ports, claim, judgement.outputs, moment)
  return { ...judged, notes: [...judgement.notes, ...judged.notes] }
}

/** Gives a token its times; refuses one whose life the recipe does not accept. */
export function planTimes(
  { clock, random }: JudgePorts,
  { credential, token }: Claim,
  outputs: TokenOutputs,
  { now = clock.now(), before = null, skewSeconds = null, spentRefreshToken = false }: Moment = {},
): Judged {
  const planned = planLifetime(outputs, credential.recipe.lifetime, {
    now,
    random: random.fraction(),
    ...(skewSeconds !== null && { skewSeconds }),
    ...(token.learnedSeconds !== null && { learnedSeconds: token.learnedSeconds, before: token }),
  })
  if ('refused' in planned) {
    const isFirst = before === null && spentRefreshToken
    const fresh = isFirst ? endedAt(now, outputs) : withRotated(token, before, outputs.refreshToken)
    return { event: planned.refused, fresh, notes: [] }
  }
  const { times, notes } = planned
  const renewable = grantOf(credential.recipe).renewal !== 'never'
  // An absent refresh token never erases the one that was there (RFC 6749 §6).
  const refreshToken = outputs.refreshToken ?? before?.refreshToken
  const kept = refreshToken === undefined ? outputs : { ...outputs, refreshToken }
  return {
    event: { kind: 'token', outputs: kept, notes },
    fresh: { outputs: kept, times: renewable ? times : { ...times, refreshDueAt: null } },
    notes,
  }
}

/** The first token of all, not taken: it is over when it comes, but its refresh token is kept. */
function endedAt(now: number, outputs: TokenOutputs): Judged['fresh'] {
  if (outputs.refreshToken === undefined) return null
  return { outputs, times: { issuedAt: now, expiresAt: now, expiresFrom: 'none', refreshDueAt: null } }
}

/** The answer is not taken, yet the refresh token in it has replaced ours: that one is kept. */
export function withRotated(
  token: TokenRow,
  before: TokenOutputs | null,
  refreshToken: Secret | undefined,
): Judged['fresh'] {
  if (before === null || refreshToken === undefined) return null
  const { issuedAt, expiresAt, expiresFrom, refreshDueAt } = token
  return {
    outputs: { ...before, refreshToken },
    times: { issuedAt: issuedAt ?? 0, expiresAt, expiresFrom: expiresFrom ?? 'none', refreshDueAt },
  }
}
