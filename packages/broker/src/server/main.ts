import { BursarError } from '@bursar/domain/error.ts'
import { systemClock } from './clock.ts'
import { type Broker, startBroker, type World } from './compose.ts'
import { watchForCrashes } from './crash.ts'
import { prepareDemo } from './demo/demo.ts'
import { createLog } from './log.ts'
import { describeSettings, loadSettings } from './settings.ts'
import type { Settings } from './settings-table.ts'
import { VERSION } from './version.ts'
import { type ServingFacts, startWorkers, tellReady, workerNumber } from './workers.ts'

type Values = Readonly<Record<string, string | undefined>>

/**
 * `bursar serve`: starts, says so in one line, and runs until SIGTERM or SIGINT; then drains and returns.
 * Standard output is one JSON line an event. Throws `BursarError` when it can not start.
 */
export async function serve(flags: Values, given: Values, options: { isDemo?: boolean } = {}): Promise<void> {
  const demo = options.isDemo ? await prepareDemo(flags, given, { clock: systemClock }) : null
  const env = demo?.env ?? given
  const settings = demo?.settings ?? loadSettings(flags, env)
  const log = createLog(settings.logLevel)
  watchForCrashes(log)
  const stopped = stopSignal()
  const worker = workerNumber()
  try {
    const node =
      settings.workers > 1 && worker === null
        ? { broker: undefined, ...(await startWorkers(settings.workers, systemClock, log)) }
        : await startHere(settings, {
            clock: systemClock,
            env,
            log,
            describeSettings: () => describeSettings(flags, env),
            ...(worker !== null && { worker }),
          })
    if (demo !== null) await demo.begin(node.broker!)
    log.flush()
    if (worker === null) announce(node)
    else tellReady(node)
    const signal = await stopped
    log.info('stopping', { signal })
    await demo?.quiet()
    await node.stop()
  } catch (error) {
    const known = error instanceof BursarError
    log.error('start_failed', {
      code: known ? error.code : 'internal',
      detail: known ? error.detail : (error as Error).message,
      ...(known && error.hint !== undefined && { hint: error.hint }),
    })
    log.flush()
    throw error
  } finally {
    await demo?.remove()
    // The channel to the first process would keep this one.
    if (worker !== null) process.disconnect()
  }
  log.info('stopped')
  log.flush()
}

async function startHere(
  settings: Settings,
  world: World,
): Promise<ServingFacts & { broker?: Broker; stop(): Promise<void> }> {
  const broker = await startBroker(settings, world)
  world.log.flush()
  if (broker.madeAdminKey !== null) {
    // The one line that holds a key: the first start of an empty database.
    writeLine({
      event: 'admin_key',
      key: broker.madeAdminKey,
      hint: 'Keep it: it is shown this once. export BURSAR_KEY=…',
    })
  }
  if (broker.consoleLink !== null) {
    writeLine({
      event: 'console_link',
      url: broker.consoleLink.url,
      expires_at: new Date(broker.consoleLink.expiresAt * 1000).toISOString(),
      hint: 'Opens the console, once. Another one: bursar console link.',
    })
  }
  const listeners = broker.listeners.map(({ url, planes }) => ({ url, planes }))
  return { listeners, console: broker.consoleUrl, broker, stop: () => broker.stop() }
}

function announce({ listeners, console }: ServingFacts): void {
  const { url } = listeners[0]!
  writeLine({ event: 'listening', url, console, version: VERSION, pid: process.pid, listeners })
}

const writeLine = (fields: Record<string, unknown>): void => {
  process.stdout.write(`${JSON.stringify(fields)}\n`)
}

function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.once(signal, () => {
        resolve(signal)
        // A second one ends at once.
        process.once(signal, () => process.exit(130))
      })
    }
  })
}
