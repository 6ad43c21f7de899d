import type { AnswerOf } from './calls.ts'
import { BursarError } from './error.ts'
import type { Transport } from './transport.ts'

export type Token = AnswerOf<'getToken'>

export interface TokenOptions {
  /** Seconds that the token has to live at least; 60 when absent. */
  minTtl?: number
}

/** After this time a token is asked for again, behind the back of whoever gets the one that is there. */
const FRESH_MS = 30_000
/** After this time nobody gets the one that is there: a revocation counts at the latest then. */
const KEPT_MS = 300_000

interface Kept {
  token: Token
  /** Of the local clock; infinite where no end is known. */
  endsAtMs: number
  checkedAtMs: number
  askedAtMs: number
}

export interface Tokens {
  get(name: string, options?: TokenOptions): Promise<Token>
  /** The next one comes from Bursar: for a token that its destination refused. */
  forget(name: string): void
}

/**
 * Tokens, kept in this process: served from memory while fresh, served and renewed when older, asked for when
 * older still or about to end. Calls at the same time share one request. The end of a token is counted on the
 * local clock from the moment it came, so that clocks that differ do no harm.
 */
export function createTokens(transport: Pick<Transport, 'call'>, now: () => number): Tokens {
  const kept = new Map<string, Kept>()
  /** Grows with each {@link Tokens.forget}. */
  const epochs = new Map<string, number>()
  const flights = new Map<string, Promise<Token>>()

  async function ask(name: string, minTtl: number): Promise<Token> {
    const askedAtMs = now()
    const epoch = epochs.get(name)
    try {
      const { body, serverMs } = await transport.call('getToken', {
        params: { name },
        query: { min_ttl: minTtl },
      })
      const lifeMs = body.expires_at === null ? Infinity : Date.parse(body.expires_at) - (serverMs ?? now())
      // What was forgotten meanwhile stays so: the answer may have been on its way already.
      if (epochs.get(name) === epoch)
        kept.set(name, { token: body, endsAtMs: askedAtMs + lifeMs, checkedAtMs: now(), askedAtMs })
      return body
    } catch (error) {
      // Bursar said no: what it gave before is not to be used any more.
      if (isDenial(error)) kept.delete(name)
      throw error
    }
  }

  function fly(name: string, minTtl: number): Promise<Token> {
    const flight = `${minTtl} ${name}`
    let under = flights.get(flight)
    if (under === undefined) {
      under = ask(name, minTtl).finally(() => {
        if (flights.get(flight) === under) flights.delete(flight)
      })
      flights.set(flight, under)
    }
    return under
  }

  return {
    async get(name, { minTtl = 60 } = {}) {
      const one = kept.get(name)
      const ageMs = one === undefined ? Infinity : now() - one.checkedAtMs
      if (one === undefined || ageMs > KEPT_MS || one.endsAtMs - now() < minTtl * 1000)
        return fly(name, minTtl)
      if (ageMs > FRESH_MS && now() - one.askedAtMs > FRESH_MS) {
        one.askedAtMs = now()
        // Whoever asks next meets the outcome; this one has a token.
        fly(name, minTtl).catch(() => {})
      }
      return one.token
    },
    forget(name) {
      kept.delete(name)
      epochs.set(name, (epochs.get(name) ?? 0) + 1)
      for (const flight of flights.keys()) if (flight.endsWith(` ${name}`)) flights.delete(flight)
    },
  }
}

const isDenial = (error: unknown): boolean =>
  error instanceof BursarError && error.status >= 400 && error.status < 500 && error.status !== 429
