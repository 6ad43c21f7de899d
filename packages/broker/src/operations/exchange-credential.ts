import type { TokenOutputs } from '@bursar/domain/exchange.ts'
import type { Consent } from '@bursar/domain/grants/grant.ts'
import type { TokenTimes } from '@bursar/domain/token.ts'
import type { Claim, ExchangeRow } from '../store/store.ts'
import { attemptExchange } from './attempt.ts'
import type { AttemptEnd } from './attempt-end.ts'
import { type ExchangeTrigger, recordExchange } from './exchange-record.ts'
import { isKept, outcomeOf } from './outcome.ts'
import type { ExchangePorts } from './ports.ts'
import { type SaveEnd, saveOutcome } from './save-outcome.ts'

export interface ExchangeEnd {
  event: AttemptEnd
  saved: SaveEnd
  row: ExchangeRow
  /** When it began, monotonic. */
  begunMs: number
  /** Present when a token came and is kept (saved or spooled). */
  token: { outputs: TokenOutputs; times: TokenTimes; version: number } | null
}

/**
 * Runs one exchange under a lease and saves whatever comes of it: read inside the lease, intent before a
 * refresh token is spent, send, judge, one write. Whoever waits for it may go away; it ends all the same.
 * `answered` is told when the provider is done with and only the save is left.
 */
export async function exchangeCredential(
  ports: ExchangePorts,
  claim: Claim,
  trigger: ExchangeTrigger,
  consent: Consent | null = null,
  answered: () => void = () => {},
): Promise<ExchangeEnd> {
  const { clock, random, metrics, log } = ports
  const { credential, token } = claim
  const begunMs = clock.monotonicMs()
  const startedAt = clock.now()
  const attempt = await attemptExchange(ports, claim, trigger, consent)
  answered()
  const { event, fresh } = attempt
  const durationMs = Math.round(clock.monotonicMs() - begunMs)
  const version = token.version + 1
  const row = recordExchange({
    id: random.id(),
    workspaceId: credential.workspaceId,
    credentialId: credential.id,
    credentialName: credential.name,
    trigger,
    startedAt,
    durationMs,
    event,
    prepared: attempt.prepared,
    sent: attempt.sent,
    secrets: attempt.secrets,
    token: fresh && { version, times: fresh.times, tokenType: fresh.outputs.tokenType },
    notes: attempt.notes,
  })
  const outcome = outcomeOf(ports, claim, trigger, attempt, row)
  const saved = await saveOutcome(ports, outcome)
  metrics.exchange(event.kind, trigger, durationMs)
  log.info('exchange', {
    credential: credential.name,
    exchange_id: row.id,
    trigger,
    kind: event.kind,
    saved,
    duration_ms: durationMs,
  })
  const kept = fresh !== null && isKept(credential) && (saved === 'saved' || saved === 'spooled')
  return { event, saved, row, begunMs, token: kept ? { ...fresh, version } : null }
}
