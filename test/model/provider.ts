import type { WireRequest } from '../../packages/broker/src/outbound/outbound.ts'

interface Issued {
  /** Each consent, and each refresh token that a person was given, begins one. */
  family: number
  spentAtMs: number | null
  /** It was taken once more within the grace. */
  again: boolean
  /** Another was issued in its place, when the one before it was taken once more. */
  replaced: boolean
  /** What became of the answer that carried it. */
  fate: 'known' | 'on_its_way' | 'delivered' | 'lost'
}

/**
 * An authorization server with families of rotating refresh tokens, of which the last is good. It revokes a family when
 * one of its tokens comes twice, or a third time where there is a grace. A sign-in with a password ends the family
 * before.
 */
export class Provider {
  readonly tokens = new Map<string, Issued>()
  readonly revoked = new Set<number>()
  /** Refresh tokens that came a second time without an excuse. */
  reused = 0
  readonly #graceSeconds: number
  readonly #longLifeAfter: number
  #families = 0

  /** The token that comes after `longLifeAfter` others lives so long that nothing more is due. */
  constructor(graceSeconds: number, longLifeAfter: number) {
    this.#graceSeconds = graceSeconds
    this.#longLifeAfter = longLifeAfter
    this.begin('known')
  }

  /** The first refresh token of a new family. */
  begin(fate: Issued['fate']): string {
    this.#families += 1
    return this.#issue(this.#families, fate)
  }

  /** Commits, and answers what would now be on the wire, with the refresh token in it. */
  receive(request: WireRequest, nowMs: number, excused: boolean): { body: string; issued: string | null } {
    const form = new URLSearchParams(request.body ?? '')
    const grant = form.get('grant_type')
    // Whoever signs in with a password has one session: the one before ends.
    if (grant === 'password') this.revoked.add(this.#families)
    if (grant !== 'refresh_token') return this.#answer(this.begin('on_its_way'))
    const known = this.tokens.get(form.get('refresh_token') ?? '')
    if (known === undefined || known.replaced || this.revoked.has(known.family))
      return { body: INVALID, issued: null }
    if (known.spentAtMs !== null) {
      const isInGrace = nowMs - known.spentAtMs < this.#graceSeconds * 1000
      if (!isInGrace || known.again) {
        if (!excused) this.reused += 1
        this.revoked.add(known.family)
        return { body: INVALID, issued: null }
      }
      known.again = true
      for (const other of this.tokens.values())
        if (other.family === known.family && other.spentAtMs === null) other.replaced = true
    }
    known.spentAtMs ??= nowMs
    return this.#answer(this.#issue(known.family, 'on_its_way'))
  }

  #issue(family: number, fate: Issued['fate']): string {
    const token = `rt${this.tokens.size}`
    this.tokens.set(token, { family, spentAtMs: null, again: false, replaced: false, fate })
    return token
  }

  #answer(issued: string): { body: string; issued: string } {
    const life = this.tokens.size > this.#longLifeAfter ? 1_000_000 : 30
    const body = {
      access_token: `at-${issued}`,
      token_type: 'Bearer',
      expires_in: life,
      refresh_token: issued,
    }
    return { body: JSON.stringify(body), issued }
  }

  isRevoked(token: string): boolean {
    return this.revoked.has(this.familyOf(token))
  }

  familyOf(token: string): number {
    return this.tokens.get(token)?.family ?? 0
  }

  isLive(token: string): boolean {
    const known = this.tokens.get(token)
    return (
      known !== undefined && known.spentAtMs === null && !known.replaced && !this.revoked.has(known.family)
    )
  }

  /** No longer good, for a reason that only the provider knows. */
  isReplaced(token: string): boolean {
    return this.tokens.get(token)?.replaced === true
  }

  settle(issued: string | null, fate: 'delivered' | 'lost'): void {
    const known = issued === null ? undefined : this.tokens.get(issued)
    if (known !== undefined) known.fate = fate
  }

  /** Live tokens whose answer somebody received. */
  get delivered(): string[] {
    return [...this.tokens]
      .filter(([token, { fate }]) => fate === 'delivered' && this.isLive(token))
      .map(([token]) => token)
  }
}

const INVALID = JSON.stringify({ error: 'invalid_grant' })
