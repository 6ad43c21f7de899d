import { startBroker } from '../broker.ts'
import { childrenOf } from '../processes.ts'
import type { Row } from '../row.ts'
import { sideBySide } from '../side-by-side.ts'
import { readableToken, startProvider } from './read-token.ts'

/** Reads by two workers on both cores beside one; the load has to share the cores with them. */
export const workersRow: Row = {
  name: 'workers',
  async run(options) {
    const provider = await startProvider()
    const one = await startBroker({ cores: null })
    const two = await startBroker({ cores: null, env: { BURSAR_WORKERS: '2' } })
    try {
      const [keyOne, keyTwo] = [
        await readableToken(one, provider.ready),
        await readableToken(two, provider.ready),
      ]
      const target = (port: number, key: string) => ({
        method: 'GET' as const,
        port,
        path: '/v1/credentials/crm/token',
        headers: { Authorization: `Bearer ${key}` },
      })
      const figure = await sideBySide(
        {
          name: 'workers-2',
          target: 1.2,
          what: 'fresh token read, `--workers 2`, nothing pinned',
          beside: 'the same with one process',
        },
        { target: target(two.port, keyTwo), pids: childrenOf(two.pid) },
        { target: target(one.port, keyOne), pids: [one.pid] },
        options,
      )
      return [figure]
    } finally {
      await Promise.all([one.stop(), two.stop(), provider.stop()])
    }
  },
}
