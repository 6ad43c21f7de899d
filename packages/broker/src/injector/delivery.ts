import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Caller, Operations, TokenHandout } from '../operations/operations.ts'
import type { Log, Metrics } from '../operations/ports.ts'
import type { Guard } from '../outbound/guard.ts'
import { type KeySource, readCallerKey } from './caller-key.ts'

/** The verbs that deliveries call. */
export type DeliveryOperations = Pick<
  Operations,
  'authenticateFast' | 'authenticate' | 'useTokenFast' | 'useToken' | 'renewRejected' | 'decide'
>

/** Where connections to destinations come from: behind the fence, to a judged and pinned address. */
export type Upstreams = Pick<Guard, 'dispatcherFor'>

export interface DeliveryLimits {
  /** Bodies up to this size are kept while they are sent, so that they can be sent again after a 401. */
  replayBytes: number
  /** From the end of the request to the head of the answer. */
  upstreamHeadersMs: number
  /** Silence of the destination in the middle of a body. */
  upstreamIdleMs: number
  /** Silence of the caller while we wait for more of its body, or for it to read. */
  callerIdleMs: number
}

export const DEFAULT_DELIVERY_LIMITS: DeliveryLimits = {
  replayBytes: 65_536,
  upstreamHeadersMs: 300_000,
  upstreamIdleMs: 300_000,
  callerIdleMs: 120_000,
}

/** What every delivery works with. */
export interface DeliveryPorts {
  operations: DeliveryOperations
  guard: Upstreams
  limits: DeliveryLimits
  log: Log
  metrics: Pick<Metrics, 'tokenServed'>
}

/** A request with its answer, as `node:http` hands them over. */
export interface Call {
  req: IncomingMessage
  res: ServerResponse
  /** The caller waits for `100 Continue` before it sends its body: RFC 9110 §10.1.1. */
  awaitsContinue: boolean
}

/** Who asks, and the token they may use. */
export interface Grant {
  caller: Caller
  handout: TokenHandout
}

/**
 * Finds out who asks and gets the token: at once when memory has the answer, else as a promise. A promise on
 * the hot path would cost more than everything else in it.
 */
export function grantToken(
  operations: DeliveryOperations,
  req: IncomingMessage,
  sources: readonly KeySource[],
  name: string,
  delivery: 'token' | 'proxy',
  minTtlSeconds: number,
): Grant | Promise<Grant> {
  const key = readCallerKey(req.rawHeaders, sources)
  const caller = operations.authenticateFast(key)
  if (caller === undefined) return grantSlowly(operations, key, name, delivery, minTtlSeconds)
  const handout = operations.useTokenFast(caller, name, delivery, minTtlSeconds)
  if (handout !== undefined) return { caller, handout }
  return operations
    .useToken(caller, name, delivery, minTtlSeconds)
    .then((late) => ({ caller, handout: late }))
}

async function grantSlowly(
  operations: DeliveryOperations,
  key: string,
  name: string,
  delivery: 'token' | 'proxy',
  minTtlSeconds: number,
): Promise<Grant> {
  const caller = await operations.authenticate(key)
  return { caller, handout: await operations.useToken(caller, name, delivery, minTtlSeconds) }
}
