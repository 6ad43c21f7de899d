import type { WireRequest } from '../../packages/broker/src/outbound/outbound.ts'

interface Issued {
  spentAtMs: number | null
  /** What became of the answer that carried it. */
  fate: 'known' | 'on_its_way' | 'delivered' | 'lost'
}

/** An authorization server with one family of rotating refresh tokens, which it revokes when one comes twice. */
export class Provider {
  readonly tokens = new Map<string, Issued>([['rt0', { spentAtMs: null, fate: 'known' }]])
  revoked = false
  /** Refresh tokens that came a second time without an excuse. */
  reused = 0
  readonly #graceSeconds: number
  readonly #longLifeAfter: number

  /** The token that comes after `longLifeAfter` others lives so long that nothing more is due. */
  constructor(graceSeconds: number, longLifeAfter: number) {
    this.#graceSeconds = graceSeconds
    this.#longLifeAfter = longLifeAfter
  }

  /** Commits, and answers what would now be on the wire, with the refresh token in it. */
  receive(request: WireRequest, nowMs: number, excused: boolean): { body: string; issued: string | null } {
    const spent = new URLSearchParams(request.body ?? '').get('refresh_token') ?? ''
    const known = this.tokens.get(spent)
    if (known === undefined || this.revoked) return { body: INVALID, issued: null }
    if (known.spentAtMs !== null && nowMs - known.spentAtMs >= this.#graceSeconds * 1000) {
      if (!excused) this.reused += 1
      this.revoked = true
      return { body: INVALID, issued: null }
    }
    known.spentAtMs ??= nowMs
    const issued = `rt${this.tokens.size}`
    this.tokens.set(issued, { spentAtMs: null, fate: 'on_its_way' })
    const life = this.tokens.size > this.#longLifeAfter ? 1_000_000 : 30
    const body = {
      access_token: `at-${issued}`,
      token_type: 'Bearer',
      expires_in: life,
      refresh_token: issued,
    }
    return { body: JSON.stringify(body), issued }
  }

  isLive(token: string): boolean {
    const known = this.tokens.get(token)
    return known !== undefined && known.spentAtMs === null && !this.revoked
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
