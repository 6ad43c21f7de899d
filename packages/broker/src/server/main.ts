import { BursarError } from '@bursar/domain/error.ts'
import { systemClock } from './clock.ts'
import { startBroker } from './compose.ts'
import { watchForCrashes } from './crash.ts'
import { createLog } from './log.ts'
import { loadSettings } from './settings.ts'
import { VERSION } from './version.ts'

/**
 * `bursar serve`: starts, says so in one line, and runs until SIGTERM or SIGINT; then drains and returns.
 * Standard output is one JSON line an event. Throws `BursarError` when it can not start.
 */
export async function serve(
  flags: Readonly<Record<string, string | undefined>>,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const settings = loadSettings(flags, env)
  const log = createLog(settings.logLevel)
  watchForCrashes(log)
  const stopped = stopSignal()
  let broker: Awaited<ReturnType<typeof startBroker>>
  try {
    broker = await startBroker(settings, { clock: systemClock, env, log })
  } catch (error) {
    const known = error instanceof BursarError
    log.error('start_failed', {
      code: known ? error.code : 'internal',
      detail: known ? error.detail : (error as Error).message,
      ...(known && error.hint !== undefined && { hint: error.hint }),
    })
    log.flush()
    throw error
  }
  if (broker.madeAdminKey !== null) {
    // The one line that holds a key: the first start of an empty database.
    writeLine({
      event: 'admin_key',
      key: broker.madeAdminKey,
      hint: 'Keep it: it is shown this once. export BURSAR_KEY=…',
    })
  }
  writeLine({
    event: 'listening',
    url: broker.url,
    version: VERSION,
    pid: process.pid,
    listeners: broker.listeners.map(({ url, planes }) => ({ url, planes })),
  })
  const signal = await stopped
  log.info('stopping', { signal })
  await broker.stop()
  log.info('stopped')
  log.flush()
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
