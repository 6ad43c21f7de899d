import { request } from 'node:http'
import { join } from 'node:path'
import { ADMIN_KEY, type RunningBroker, startBroker } from '../broker.ts'
import { freePort } from '../nginx.ts'
import { cpuSeconds, LOAD_CORE, run, SERVER_CORE, start } from '../processes.ts'
import { type Figure, median, medianRatio, type Row } from '../row.ts'

const AT_ONCE = 50
const CONTACTS_A_SECOND = 4_000
const SERVERS = join(import.meta.dirname, '../servers')

/** Contacts through `execute`, each on record before and after, beside a loop of POSTs that keeps nothing. */
export const executeRow: Row = {
  name: 'execute',
  async run({ rounds, seconds, say }): Promise<Figure[]> {
    const port = await freePort()
    const activity = await start(process.execPath, [join(SERVERS, 'activity.ts'), String(port)], {
      cores: LOAD_CORE,
      isReady: (line) => line === 'ready',
    })
    const broker = await startBroker()
    const count = Math.round(seconds * CONTACTS_A_SECOND)
    const bareLoop = async () => {
      const args = [join(SERVERS, 'bare-contacts.ts'), port, count, AT_ONCE].map(String)
      const written = await run(process.execPath, args, { cores: SERVER_CORE })
      const { ms, cpuUs } = JSON.parse(written) as { ms: number; cpuUs: number }
      return { perSecond: (count / ms) * 1000, cpuUs: cpuUs / count }
    }
    try {
      await publish(broker, port)
      await stream(broker, 4_000)
      const values: number[] = []
      const limits: number[] = []
      const cpuValues: number[] = []
      const cpuLimits: number[] = []
      for (let round = 1; round <= rounds; round += 1) {
        const before = cpuSeconds([broker.pid])
        values.push(await stream(broker, count))
        const after = cpuSeconds([broker.pid])
        if (before !== null && after !== null) cpuValues.push(((after - before) / count) * 1e6)
        const bare = await bareLoop()
        limits.push(bare.perSecond)
        cpuLimits.push(bare.cpuUs)
        say(
          `execute ${round}/${rounds}: ${values.at(-1)!.toFixed(0)}/s beside ${limits.at(-1)!.toFixed(0)}/s`,
        )
      }
      return [
        {
          name: 'execute',
          target: 0.4,
          rounds,
          what: `contacts through an activity, ${AT_ONCE} at once`,
          beside: 'a loop of POSTs with `undici.dispatch`',
          unit: 'contacts/s',
          ratio: medianRatio(values, limits),
          value: median(values),
          limit: median(limits),
          values,
          limits,
          ...(cpuValues.length === rounds && {
            cpu: {
              value: median(cpuValues),
              limit: median(cpuLimits),
              ratio: medianRatio(cpuLimits, cpuValues),
            },
          }),
        },
      ]
    } finally {
      await Promise.all([broker.stop(), activity.stop()])
    }
  },
}

async function publish(broker: RunningBroker, port: number): Promise<void> {
  const url = `http://127.0.0.1:${port}/execute`
  await broker.call('POST', '/v1/credentials?wait=10', {
    name: 'mc.bench',
    recipe: { grant: 'static_token' },
    secrets: { token: 'static-token-of-the-bench' },
    destinations: [url],
  })
  const execute = {
    url,
    inArguments: [{ email: '{{Contact.Attribute.Email}}', points: '{{Contact.Attribute.Points}}' }],
    concurrentRequests: AT_ONCE,
    securityOptions: { securityType: 'securityContext', securityContextKey: 'bench' },
  }
  const config = { workflowApiVersion: '1.1', type: 'REST', arguments: { execute } }
  await broker.call('POST', '/marketing-cloud/activities', { key: 'bench', config })
  await broker.call('POST', '/marketing-cloud/activities/bench/publish')
}

/** Contacts a second, from the first line sent to the last line read. */
async function stream(broker: RunningBroker, count: number): Promise<number> {
  const startedMs = performance.now()
  const call = request({
    host: '127.0.0.1',
    port: broker.port,
    method: 'POST',
    path: '/marketing-cloud/activities/bench/execute',
    headers: { Authorization: `Bearer ${ADMIN_KEY}`, 'Content-Type': 'application/x-ndjson' },
  })
  const ended = new Promise<string>((resolve, reject) => {
    call.on('error', reject)
    call.on('response', (response) => {
      let last = ''
      response.setEncoding('utf8')
      response.on('data', (text: string) => {
        last = (last + text).slice(-1_000)
      })
      response.on('end', () => resolve(last.trim().split('\n').at(-1)!))
      response.on('error', reject)
    })
  })
  for (let from = 0; from < count; from += 500) {
    let lines = ''
    for (let n = from; n < Math.min(from + 500, count); n += 1) {
      lines += `{"key":"contact-${n}","attributes":{"Email":"contact-${n}@example.com","Points":${n}}}\n`
    }
    if (!call.write(lines)) await new Promise((resolve) => call.once('drain', resolve))
  }
  call.end()
  const last = await ended
  const { run: whole } = JSON.parse(last) as { run: { counts: { sent: number } } }
  if (whole.counts.sent !== count) throw new Error(`Not every contact was sent: ${last}`)
  return (count / (performance.now() - startedMs)) * 1000
}
