import { BursarError } from '@bursar/domain/error.ts'
import { grantOf } from '@bursar/domain/grants/table.ts'
import { startsAnew } from '@bursar/domain/refresh-way.ts'
import type { CredentialRow, TokenRow } from '../store/store.ts'

/**
 * Throws where an exchange would be of no use now: paused, no consent, broken, backing off, or a life that
 * never reaches what is asked. Returns where an exchange may be tried.
 */
export function refuseToken(
  { credential, token }: { credential: CredentialRow; token: TokenRow },
  minTtlSeconds: number,
  now: number,
  tried = false,
  /** The token lives but was rejected by the destination. */
  rejected = false,
): void {
  const { name, status, reason } = credential
  const why = reason === null ? '' : ` ${reason.detail}`
  const hint = reason?.hint === undefined ? {} : { hint: reason.hint }
  if (status === 'paused') {
    throw new BursarError('credential.paused', {
      detail: `The credential "${name}" is paused.`,
      hint: `Resume it: bursar credential resume ${name}.`,
    })
  }
  const alive = token.sealed !== null && (token.expiresAt === null || token.expiresAt > now)
  if (alive && !rejected && (tried || lifeOf(token) <= minTtlSeconds)) {
    throw new BursarError('token.too_short', {
      detail: `The token of "${name}" has ${token.expiresAt! - now} s left; ${minTtlSeconds} s are asked for.${why}`,
      ...hint,
    })
  }
  if (!alive && token.sealed !== null && grantOf(credential.recipe).renewal === 'never') {
    throw new BursarError('token.ended', {
      detail: `The token that was entered for "${name}" has ended.`,
      hint: `Enter a new one: bursar credential update ${name}.`,
    })
  }
  if (reason?.code === 'in_doubt' && !alive && !startsAnew(grantOf(credential.recipe))) {
    throw new BursarError('credential.in_doubt', { detail: `${name}:${why}`, ...hint })
  }
  if (
    status === 'needs_sign_in' ||
    (alive === false && reason?.final && grantOf(credential.recipe).consent !== 'none')
  ) {
    throw new BursarError('credential.needs_sign_in', {
      detail: `A person must sign in for "${name}".${why}`,
      hint: reason?.hint ?? `Start a sign-in: bursar credential connect ${name}.`,
    })
  }
  // Broken by something that may pass is asked for again, and when is said.
  if (reason?.final === true) {
    throw new BursarError('credential.broken', {
      detail: `The credential "${name}" can not get a token.${why}`,
      ...hint,
    })
  }
  const leased = token.leaseUntil !== null && token.leaseUntil > now
  const waiting = token.failures > 0 && token.claimableAt !== null && token.claimableAt > now && !leased
  if (waiting || tried) {
    if (alive && !rejected) {
      throw new BursarError('token.too_short', {
        detail: `The token of "${name}" lives, but not for ${minTtlSeconds} s more, and no other can be had right now.${why}`,
        retryAfterSeconds: Math.max(1, (token.claimableAt ?? now) - now),
        ...hint,
      })
    }
    throw new BursarError(token.version > 0 ? 'token.ended' : 'token.unavailable', {
      detail: `No token for "${name}" can be had right now.${why}`,
      retryAfterSeconds: Math.max(1, (token.claimableAt ?? now) - now),
      ...hint,
    })
  }
}

/** The whole life of a token in seconds. */
const lifeOf = (token: TokenRow): number =>
  token.expiresAt === null ? Number.POSITIVE_INFINITY : token.expiresAt - (token.issuedAt ?? 0)
