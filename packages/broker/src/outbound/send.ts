import type { Dispatcher } from 'undici'
import manifest from '../../package.json' with { type: 'json' }
import { ACCEPTED_ENCODINGS } from './decode.ts'
import { createGuard, type Guard } from './guard.ts'
import type { Outbound, OutboundSettings, SendLimits, SendResult, WireRequest } from './outbound.ts'
import { Receiver } from './receiver.ts'
import { parseTarget } from './target.ts'

/** The way to token endpoints: one request, one answer, whatever the network does in between. */
export function createOutbound(settings: OutboundSettings, guard: Guard = createGuard(settings)): Outbound {
  const defaults = [
    ['accept', 'application/json'],
    ['accept-encoding', ACCEPTED_ENCODINGS],
    ['user-agent', settings.userAgent ?? `bursar/${manifest.version}`],
  ] as const

  function start(request: WireRequest, limits: SendLimits, resolve: (result: SendResult) => void): void {
    const receiver = new Receiver(settings.clock, limits, resolve)
    try {
      const { origin, path } = parseTarget(request.url)
      const { headers, body } = request
      guard.dispatcherFor(origin).dispatch(
        {
          path,
          method: request.method as Dispatcher.HttpMethod,
          headers: listHeaders(headers, defaults),
          body,
          // The deadline covers both.
          headersTimeout: 0,
          bodyTimeout: 0,
        },
        receiver,
      )
    } catch (error) {
      receiver.fail(error)
    }
  }

  return {
    send: (request, limits) =>
      new Promise((resolve) => start(request, { ...settings.limits, ...limits }, resolve)),
    close: () => guard.close(),
  }
}

/** Headers that belong to the connection or follow from URL and body; nobody sets them by hand. */
const OURS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Name, value, name, value: what undici reads fastest. */
function listHeaders(
  given: WireRequest['headers'],
  defaults: ReadonlyArray<readonly [name: string, value: string]>,
): string[] {
  const list: string[] = []
  const seen = new Set<string>()
  for (const [name, value] of given) {
    const lower = name.toLowerCase()
    if (OURS.has(lower)) continue
    seen.add(lower)
    list.push(name, value)
  }
  for (const [name, value] of defaults) if (!seen.has(name)) list.push(name, value)
  return list
}
