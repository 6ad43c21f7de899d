import type { ExpirySource } from './token.ts'

/**
 * A life that nobody announced, seen when a destination answered 401: whole seconds. A 401 has other reasons as
 * well, so one life seen once is doubtful, which its sign says: below zero. It counts at once, and twice as much
 * for each next token that reached the time at which it was replaced, until it no longer matters. A 401 at about
 * the same age makes it certain: above zero, and it stays.
 */
export type LearnedSeconds = number

/** The token before, as it was kept. */
export interface EarlierToken {
  issuedAt: number | null
  expiresAt: number | null
  expiresFrom: ExpirySource | null
  refreshDueAt: number | null
}

/** Ages that differ by no more than this factor are about the same: a token is replaced after some 0.8 of its life. */
const ALIKE = 1.25

/** What is learned from a 401 that a token of this age brought, given what was known before. */
export function learnLife(
  known: LearnedSeconds | null,
  token: EarlierToken,
  livedSeconds: number,
): LearnedSeconds {
  if (known === null) return -livedSeconds
  const life = Math.abs(known)
  const isAlike = livedSeconds <= life * ALIKE && life <= livedSeconds * ALIKE
  if (!isAlike) return -livedSeconds
  // Several nodes may see one 401: only a token that was made with this life in mind can say the same again.
  return isMadeFrom(token, life) ? Math.min(life, livedSeconds) : known
}

/** Seconds that the next token is taken to live. */
export function nextLearnedLife(known: LearnedSeconds, before: EarlierToken | null, now: number): number {
  if (known >= 0 || before === null) return Math.abs(known)
  const { expiresFrom, refreshDueAt } = before
  const lived = refreshDueAt !== null && now >= refreshDueAt
  const isOurs = expiresFrom === 'learned' || expiresFrom === 'default'
  return lived && isOurs ? 2 * plannedLife(before) : -known
}

function isMadeFrom(token: EarlierToken, life: number): boolean {
  return token.expiresFrom === 'learned' && Number.isInteger(Math.log2(plannedLife(token) / life))
}

const plannedLife = ({ issuedAt, expiresAt }: EarlierToken): number => (expiresAt ?? 0) - (issuedAt ?? 0)
