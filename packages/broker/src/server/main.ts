import { BursarError } from '@bursar/domain/error.ts'
import { systemClock } from './clock.ts'
import { type Broker, startBroker, type World } from './compose.ts'
import { watchForCrashes } from './crash.ts'
import { prepareDemo } from './demo/demo.ts'
import { createLog, isText, textDestination } from './log.ts'
import { type Announcement, announcementText } from './log-text.ts'
import { describeSettings, loadSettings } from './settings.ts'
import type { Settings } from './settings-table.ts'
import { VERSION } from './version.ts'
import { type ServingFacts, startWorkers, tellReady, workerNumber } from './workers.ts'

type Values = Readonly<Record<string, string | undefined>>

/**
 * `bursar serve`: starts, says so and runs until SIGTERM or SIGINT; then drains and returns. Standard output
 * is one JSON line an event, or text where a person reads along (`BURSAR_LOG_FORMAT`). Throws `BursarError` when it can not start.
 */
export async function serve(flags: Values, given: Values, options: { isDemo?: boolean } = {}): Promise<void> {
  const demo = options.isDemo ? await prepareDemo(flags, given, { clock: systemClock }) : null
  const env = demo?.env ?? given
  const settings = demo?.settings ?? loadSettings(flags, env)
  const inText = isText(settings.logFormat)
  const log = createLog(settings.logLevel, inText ? textDestination : undefined)
  const announce: Announce = (announcement) =>
    void process.stdout.write(inText ? announcementText(announcement) : `${JSON.stringify(announcement)}\n`)
  watchForCrashes(log)
  const stopped = stopSignal()
  const worker = workerNumber()
  try {
    const node =
      settings.workers > 1 && worker === null
        ? { broker: undefined, ...(await startWorkers(settings.workers, systemClock, log)) }
        : await startHere(settings, announce, {
            clock: systemClock,
            env,
            log,
            describeSettings: () => describeSettings(flags, env),
            ...(worker !== null && { worker }),
          })
    if (demo !== null) await demo.begin(node.broker!)
    log.flush()
    if (worker === null) announce(serving(node))
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

type Announce = (announcement: Announcement) => void

async function startHere(
  settings: Settings,
  announce: Announce,
  world: World,
): Promise<ServingFacts & { broker?: Broker; stop(): Promise<void> }> {
  const broker = await startBroker(settings, world)
  world.log.flush()
  if (broker.madeAdminKey !== null) {
    // The one line that holds a key: the first start of an empty database.
    announce({
      event: 'admin_key',
      key: broker.madeAdminKey,
      hint: 'Keep it: it is shown this once. export BURSAR_KEY=…',
    })
  }
  if (broker.consoleLink !== null) {
    announce({
      event: 'console_link',
      url: broker.consoleLink.url,
      expires_at: new Date(broker.consoleLink.expiresAt * 1000).toISOString(),
      hint: 'Opens the console, once. Another one: bursar console link.',
    })
  }
  const listeners = broker.listeners.map(({ url, planes }) => ({ url, planes }))
  return { listeners, console: broker.consoleUrl, broker, stop: () => broker.stop() }
}

const serving = ({ listeners, console }: ServingFacts): Announcement => ({
  event: 'listening',
  url: listeners[0]!.url,
  console,
  version: VERSION,
  pid: process.pid,
  listeners,
})

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
