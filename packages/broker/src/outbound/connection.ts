import type { Dispatcher } from 'undici'
import type { StepListener } from './connect.ts'

/** A connection that a request was given to: where it goes, and who hears of it while it opens. */
export interface Connection {
  address: string | null
  onStep: StepListener
}

/**
 * A handler that wants to know its connection; told before the request waits for it. The fields of an answer
 * are in `controller.rawHeaders`; the `headers` that `undici` reads out of them may be empty.
 */
export interface ConnectionAware extends Dispatcher.DispatchHandler {
  onConnection?(connection: Connection): void
  /** Without a controller where it failed before it had a connection. */
  onResponseError?(controller: Dispatcher.DispatchController | null, error: Error): void
}
