import { appendFileSync } from 'node:fs'
import type { Ports } from '../../packages/broker/src/operations/ports.ts'
import { systemClock } from '../../packages/broker/src/server/clock.ts'
import { startBroker } from '../../packages/broker/src/server/compose.ts'
import { createLog } from '../../packages/broker/src/server/log.ts'
import { loadSettings } from '../../packages/broker/src/server/settings.ts'
import type { Plant, Point } from './points.ts'

/**
 * A broker process whose ports are wrapped: it says who asks, ends at a named point when it is told to, and
 * carries a planted fault when it is started with one.
 */
let armed: Point | null = null
process.on('message', (point: Point) => {
  armed = point
})
process.on('disconnect', () => process.exit(1))

function pass(point: Point): void {
  if (armed === point) process.kill(process.pid, 'SIGKILL')
}

const plant = process.env.CHAOS_PLANT as Plant | undefined
const name = process.env.CHAOS_NODE ?? ''
const AFTER_SENDING_MS = 25

function wrap(ports: Ports): Ports {
  const { store, outbound } = ports
  const { tokens } = store
  const wrapped = wrappedTokens()
  return {
    ...ports,
    store: new Proxy(store, {
      get: (target, key) => (key === 'tokens' ? wrapped : Reflect.get(target, key, target)),
    }),
    outbound: {
      close: () => outbound.close(),
      async send(request, limits) {
        if (armed === 'after sending') setTimeout(pass, AFTER_SENDING_MS, 'after sending')
        const headers = [...request.headers, ['chaos-node', name] as const]
        const result = await outbound.send({ ...request, headers }, limits)
        pass('after answer')
        return result
      },
    },
  }

  function wrappedTokens(): typeof tokens {
    return {
      ...tokens,
      async saveIntent(at) {
        pass('before intent')
        if (plant === 'journal') return true
        // On disk before it is in the database, and at once: this process may be ended at any point from here on.
        appendFileSync(
          process.env.CHAOS_INTENTS!,
          `${at.credentialId} ${process.env.CHAOS_NODE} ${Date.now()}\n`,
        )
        const saved = await tokens.saveIntent(at)
        pass('after intent')
        return saved
      },
      async saveOutcome(outcome) {
        pass('before save')
        const saved = await tokens.saveOutcome(outcome)
        pass('after save')
        return saved
      },
    }
  }
}

const broker = await startBroker(loadSettings({}, process.env), {
  clock: systemClock,
  env: process.env,
  log: createLog(process.env.CHAOS_LOG ?? 'error'),
  wrap,
})
process.send?.({ url: broker.url })
process.once('SIGTERM', () => broker.stop().then(() => process.exit(0)))
