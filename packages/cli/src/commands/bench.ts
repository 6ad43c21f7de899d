import { isIP } from 'node:net'
import type { Command } from 'commander'
import { type CommandGroup, examples } from '../command-group.ts'
import { usageFailure } from '../failure.ts'
import { type LoadResult, runLoad } from '../load/load.ts'
import { openSession } from '../session.ts'
import { type Column, renderTable } from '../table.ts'

interface BenchFlags {
  destination?: string
  seconds: string
  requests: string
  connections: string
  yes?: boolean
}

interface Measured {
  what: string
  requests: number
  failures: number
  first_failure: string | null
  per_second: number
  p50_ms: number
  p99_ms: number
}

const COLUMNS: ReadonlyArray<Column<Measured>> = [
  { heading: 'WHAT', cell: ({ what }) => what },
  { heading: 'REQUESTS', cell: ({ requests }) => String(requests) },
  {
    heading: 'FAILED',
    cell: ({ failures, first_failure }) => (failures === 0 ? '0' : `${failures} (${first_failure})`),
  },
  { heading: 'PER SECOND', cell: ({ per_second }) => String(per_second) },
  { heading: 'P50 MS', cell: ({ p50_ms }) => String(p50_ms) },
  { heading: 'P99 MS', cell: ({ p99_ms }) => String(p99_ms) },
]

/** `bursar bench` */
export const benchCommand: CommandGroup = (program, terminal) => {
  program
    .command('bench <name>')
    .description('Measure this server: reading a token, and calling a URL through the proxy')
    .option('--destination <url>', 'a URL to GET through the proxy, as the rules of the credential allow')
    .option('--seconds <n>', 'how long each measurement takes at most', '5')
    .option('--requests <n>', 'how many requests each measurement makes at most', '10000')
    .option('--connections <n>', 'how many connections ask at once', '16')
    .option('--yes', 'also where the server or the destination is another machine')
    .addHelpText(
      'after',
      examples(
        'bursar bench sales-email',
        'bursar bench sales-email --destination http://127.0.0.1:9000/ping --seconds 10',
      ),
    )
    .action(async (name: string, flags: BenchFlags, command: Command) => {
      const session = openSession(command, terminal)
      const server = new URL(session.client.url)
      const destination = flags.destination === undefined ? null : readDestination(flags.destination)
      if (flags.yes !== true) {
        for (const url of [server, ...(destination === null ? [] : [destination])]) refuseOthers(url)
      }
      const bounds = {
        seconds: readNumber('--seconds', flags.seconds, 600),
        requestsAtMost: readNumber('--requests', flags.requests, 10_000_000),
        connections: readNumber('--connections', flags.connections, 1_000),
      }
      const measure = async (what: string, path: string, header: string): Promise<Measured> => {
        const result = await runLoad({
          ...bounds,
          host: server.hostname.replace(/^\[(.*)\]$/, '$1'),
          port: Number(server.port) || (server.protocol === 'https:' ? 443 : 80),
          tls: server.protocol === 'https:',
          request: Buffer.from(
            `GET ${path} HTTP/1.1\r\nHost: ${server.host}\r\n${header}${session.key ?? ''}\r\n\r\n`,
            'latin1',
          ),
          ratePerSecond: null,
        })
        return asMeasured(what, result)
      }
      const base = server.pathname.replace(/\/+$/, '')
      const segment = encodeURIComponent(name)
      // What can not be read at all is told in words, not as a row of failures.
      await session.client.call('getToken', { params: { name }, query: {} })
      const measured = [
        await measure('token read', `${base}/v1/credentials/${segment}/token`, 'Authorization: Bearer '),
      ]
      if (destination !== null) {
        const path = `${base}/proxy/${segment}/${flags.destination}`
        measured.push(await measure('through the proxy', path, 'Bursar-Key: '))
      }
      session.show(measured, (rows) => renderTable(rows, COLUMNS, terminal.stdout))
    })
}

const asMeasured = (what: string, result: LoadResult): Measured => ({
  what,
  requests: result.requests,
  failures: result.failures,
  first_failure: result.firstFailure,
  per_second: Math.round(result.requests / result.seconds),
  p50_ms: rounded(result.p50Ms),
  p99_ms: rounded(result.p99Ms),
})

const rounded = (ms: number): number => (Number.isNaN(ms) ? 0 : Math.round(ms * 100) / 100)

function readDestination(text: string): URL {
  const url = URL.parse(text)
  if (url !== null && /^https?:$/.test(url.protocol) && /^[\x21-\x7e]+$/.test(text)) return url
  throw usageFailure('The destination is not an http or https URL.', 'Write it as it goes over the wire.')
}

/** Thousands of requests a second are an attack where nobody asked for them. */
function refuseOthers({ hostname }: URL): void {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const here = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
  if (here) return
  throw usageFailure(`${hostname} is another machine.`, 'Say --yes if you may put it under load.')
}

function readNumber(flag: string, text: string, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= most) return value
  throw usageFailure(`${flag} is a whole number from 1 to ${most}.`)
}
