import type { JwtSigner } from '../issuer/issuer.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { Spool } from '../store/spool.ts'
import type { Store } from '../store/store.ts'
import type { Envelope, SecretSources } from '../vault/vault.ts'
import type { Skew } from './skew.ts'

/** The only source of time and of waiting; made in `server/clock.ts`, replaced in tests. */
export interface Clock {
  /** Unix seconds, whole. */
  now(): number
  unixMs(): number
  /** Never goes back; for spans. */
  monotonicMs(): number
  /** Resolves after `ms`, or at once when the signal fires. */
  wait(ms: number, signal?: AbortSignal): Promise<void>
}

export interface Random {
  /** 0 ≤ x < 1, for jitter only. */
  fraction(): number
  /** Unpredictable, base64url, for `jti`, `state` and keys. */
  text(bytes: number): string
  /** Sorts by time of making (UUID version 7, RFC 9562 §5.7). */
  id(): string
}

/** One event, one line. Values are plain data; secrets print as `[secret]` by type. */
export interface Log {
  debug(event: string, fields?: Record<string, unknown>): void
  info(event: string, fields?: Record<string, unknown>): void
  warn(event: string, fields?: Record<string, unknown>): void
  error(event: string, fields?: Record<string, unknown>): void
}

export interface Metrics {
  exchange(kind: string, trigger: string, durationMs: number): void
  tokenServed(delivery: 'api' | 'proxy' | 'forward_auth', outcome: string): void
  refreshLag(seconds: number): void
}

export interface OperationSettings {
  nodeId: string
  leaseSeconds: number
  /** For the call to a token endpoint; well below the lease. */
  upstreamDeadlineSeconds: number
  /** How long memory is served while the database is away. */
  offlineGraceSeconds: number
  /** How long a caller waits for an exchange that another began. */
  waitSeconds: number
  /** Base of consent callbacks, without a slash at the end. */
  publicUrl: () => string
  /** Plain http is allowed to loopback (development). */
  insecureHttp: 'loopback' | null
  authorizationSeconds: number
  /** Tokens kept in memory at most. */
  tokensInMemory: number
}

/** Everything the operations touch. Each operation asks for the few it uses. */
export interface Ports {
  store: Store
  spool: Spool
  envelope: Envelope
  sources: SecretSources
  outbound: Outbound
  signer: JwtSigner
  clock: Clock
  random: Random
  log: Log
  metrics: Metrics
  skew: Skew
  settings: OperationSettings
}

/** What one exchange needs. */
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
