import { z } from 'zod'
import type { Judgement, Note, TokenOutputs } from './exchange.ts'
import { parseInstant } from './instant.ts'
import { readJwtTimes } from './jwt-claims.ts'
import { type EarlierToken, type LearnedSeconds, nextLearnedLife } from './learned-life.ts'
import { retryPolicy } from './retry-plan.ts'
import type { TokenTimes } from './token.ts'

/** The rules that say when a token ends and when it is replaced. Part of every recipe. */
export const lifetimePolicy = z.strictObject({
  refresh_before_seconds: z
    .int()
    .min(0)
    .optional()
    .describe('Seconds before the end at which the token is replaced. Wins over `refresh_share`.'),
  refresh_share: z
    .number()
    .gt(0)
    .lt(1)
    .optional()
    .describe('Share of the life after which the token is replaced.'),
  default_expires_in: z
    .int()
    .min(1)
    .optional()
    .describe('Life in seconds when neither the answer nor the token says.'),
  expires_in_unit: z
    .enum(['seconds', 'milliseconds', 'epoch', 'epoch_milliseconds', 'date'])
    .default('seconds')
    .describe('How `expires_in` is to be read.'),
  minimum_expires_in: z
    .int()
    .min(0)
    .optional()
    .describe('A token with less life than this many seconds fails the exchange.'),
  expires_in_required: z
    .boolean()
    .optional()
    .describe('The answer itself has to say how long the token lives, or the exchange fails.'),
  retries: retryPolicy.optional(),
  keep_token: z
    .boolean()
    .optional()
    .describe('`false`: the token is thrown away once it has been judged, and never renewed.'),
  refresh_token_rotation: z
    .enum(['rotating', 'reusable'])
    .optional()
    .describe('What the provider does with a refresh token that was used. Learned when absent.'),
  rotation_grace_seconds: z
    .int()
    .min(0)
    .default(0)
    .describe('Seconds in which the provider accepts a rotated refresh token once more.'),
})
export type LifetimePolicy = z.infer<typeof lifetimePolicy>

/** Longer lives are taken for a wrong unit: no provider means more than ten years. */
export const MAX_LIFE_SECONDS = 315_360_000
/** A token is never replaced sooner than this after it came, so that a short one is no busy loop. */
export const MIN_REFRESH_SECONDS = 2
const DEFAULT_REFRESH_SHARE = 0.8
/** The part of the remaining share by which the replacement moves to either side. */
const JITTER = 0.1
/** A JWT issued longer ago than this was kept by the provider, so its `iat` is not the present. */
const FRESH_JWT_SECONDS = 60

export interface LifetimeMoment {
  /** Unix seconds by the clock of this machine. */
  now: number
  /** Clock of the provider less ours, where it was measured. */
  skewSeconds?: number | undefined
  /** From 0 to 1; spreads tokens that were issued together. */
  random: number
  /** Life seen before the destination answered 401. */
  learnedSeconds?: LearnedSeconds | undefined
  /** The token that this one replaces. */
  before?: EarlierToken | undefined
}

export type LifetimePlan =
  | { times: TokenTimes; notes: Note[] }
  | { refused: Extract<Judgement, { kind: 'refused' }> }

/** Says when a token ends, by the first source that knows, and when it is replaced. */
export function planLifetime(
  outputs: TokenOutputs,
  policy: LifetimePolicy,
  at: LifetimeMoment,
): LifetimePlan {
  const notes: Note[] = []
  const { expiresAt, expiresFrom } = planEnd(outputs, policy, at, notes)
  if (policy.expires_in_required && expiresFrom !== 'response') {
    const description = 'The answer does not say how long the token lives: expires_in is not there.'
    return { refused: { kind: 'refused', error: 'expires_in_missing', description } }
  }
  const minimum = policy.minimum_expires_in
  if (expiresAt !== null && minimum !== undefined && expiresAt - at.now < minimum) {
    const description = `The token lives ${expiresAt - at.now} s; the recipe demands ${minimum} s.`
    return { refused: { kind: 'refused', error: 'token_too_short', description } }
  }
  const refreshDueAt = expiresAt === null ? null : planRefreshDue(expiresAt, policy, at, notes)
  return { times: { issuedAt: at.now, expiresAt, expiresFrom, refreshDueAt }, notes }
}

function planEnd(
  outputs: TokenOutputs,
  policy: LifetimePolicy,
  at: LifetimeMoment,
  notes: Note[],
): Pick<TokenTimes, 'expiresAt' | 'expiresFrom'> {
  if (outputs.expiresAt !== undefined) return { expiresAt: outputs.expiresAt, expiresFrom: 'default' }
  const fromResponse = lifeInResponse(outputs, policy, at, notes)
  if (fromResponse !== undefined) return { expiresAt: at.now + fromResponse, expiresFrom: 'response' }
  const fromJwt = lifeInJwt(outputs, at, notes)
  if (fromJwt !== undefined) return { expiresAt: at.now + fromJwt, expiresFrom: 'jwt' }
  const learned = lifeLearned(policy, at)
  if (learned !== undefined) return { expiresAt: at.now + learned, expiresFrom: 'learned' }
  if (policy.default_expires_in !== undefined) {
    return { expiresAt: at.now + policy.default_expires_in, expiresFrom: 'default' }
  }
  return { expiresAt: null, expiresFrom: 'none' }
}

/** None where it has been forgotten: a doubtful one that has grown past what the recipe says, or past all lives. */
function lifeLearned(
  policy: LifetimePolicy,
  { learnedSeconds, before, now }: LifetimeMoment,
): number | undefined {
  if (learnedSeconds === undefined) return undefined
  const life = Math.floor(nextLearnedLife(learnedSeconds, before ?? null, now))
  const most = learnedSeconds < 0 ? (policy.default_expires_in ?? MAX_LIFE_SECONDS) : Number.POSITIVE_INFINITY
  return life >= 1 && life < most ? life : undefined
}

function lifeInResponse(
  { expiresIn }: TokenOutputs,
  policy: LifetimePolicy,
  { now, skewSeconds = 0 }: LifetimeMoment,
  notes: Note[],
): number | undefined {
  if (expiresIn === undefined || expiresIn === '') return undefined
  const unit = policy.expires_in_unit
  const number = unit === 'date' ? parseInstant(String(expiresIn)) : parseDecimal(expiresIn)
  if (number === undefined) {
    const wanted = unit === 'date' ? 'a date' : 'a number'
    notes.push({ code: 'expires_in.unreadable', detail: `expires_in is not ${wanted}; it was ignored.` })
    return undefined
  }
  return boundedLife(LIFE_BY_UNIT[unit](number, now + skewSeconds), notes, 'expires_in')
}

/** Seconds of life that a number means, by the clock of the provider. */
const LIFE_BY_UNIT: Record<
  LifetimePolicy['expires_in_unit'],
  (value: number, providerNow: number) => number
> = {
  seconds: (value) => value,
  milliseconds: (value) => value / 1000,
  epoch: (value, providerNow) => value - providerNow,
  epoch_milliseconds: (value, providerNow) => value / 1000 - providerNow,
  date: (value, providerNow) => value - providerNow,
}

/** A number or a numeric string; undefined for everything else, `NaN` and hexadecimal included. */
function parseDecimal(value: number | string): number | undefined {
  if (typeof value === 'string' && !/^\s*[+-]?\d{1,400}(?:\.\d{0,400})?(?:e[+-]?\d{1,3})?\s*$/i.test(value)) {
    return undefined
  }
  const number = Number(value)
  return Number.isNaN(number) ? undefined : number
}

/** Whole seconds of a life that can be meant; one that can not is ignored, so that the next source decides. */
function boundedLife(life: number, notes: Note[], source: 'expires_in' | 'jwt'): number | undefined {
  if (life <= 0) {
    const detail = life === 0 ? 'is zero' : 'lies in the past'
    notes.push({ code: `${source}.not_positive`, detail: `The end by ${source} ${detail}; it was ignored.` })
    return undefined
  }
  if (life > MAX_LIFE_SECONDS) {
    notes.push({
      code: `${source}.huge`,
      detail: `The life by ${source} is more than ten years; it was ignored. Is lifetime.expires_in_unit right?`,
    })
    return undefined
  }
  return Math.max(1, Math.floor(life))
}

function lifeInJwt(
  { accessToken }: TokenOutputs,
  { now, skewSeconds }: LifetimeMoment,
  notes: Note[],
): number | undefined {
  const times = readJwtTimes(accessToken.reveal())
  if (times?.exp === undefined) return undefined
  const { exp, iat } = times
  // With an unknown skew a token issued just now tells the provider's clock; a kept one does not.
  const providerNow =
    skewSeconds === undefined && iat !== undefined && now - iat <= FRESH_JWT_SECONDS
      ? iat
      : now + (skewSeconds ?? 0)
  return boundedLife(exp - providerNow, notes, 'jwt')
}

function planRefreshDue(
  expiresAt: number,
  policy: LifetimePolicy,
  { now, random }: LifetimeMoment,
  notes: Note[],
): number {
  const life = expiresAt - now
  const before = policy.refresh_before_seconds
  if (before !== undefined && before >= life) {
    notes.push({
      code: 'refresh_before.too_long',
      detail: `The token lives ${life} s, not longer than refresh_before_seconds; a share of its life was used.`,
    })
  }
  const share = policy.refresh_share ?? DEFAULT_REFRESH_SHARE
  const jittered = share + (2 * random - 1) * JITTER * (1 - share)
  const wait = before !== undefined && before < life ? life - before : Math.floor(life * jittered)
  return Math.min(expiresAt, now + Math.max(MIN_REFRESH_SECONDS, wait))
}
