import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { BursarError } from '@bursar/domain/error.ts'
import type { Client } from './client.ts'
import { Failure } from './failure.ts'
import { VERSION } from './version.ts'

export interface Finding {
  check: string
  outcome: 'ok' | 'warning' | 'failed' | 'skipped'
  detail: string
  /** What to do. */
  hint?: string
}

type Result = Omit<Finding, 'check'>

/** What the checks look at. */
export interface Patient {
  client: Client
  env: Readonly<Record<string, string | undefined>>
  nowMs: () => number
}

/** What earlier checks found out for later ones. */
interface Known {
  answer?: Response
  status?: AnswerOf<'getStatus'>
}

interface Check {
  name: string
  run(patient: Patient, known: Known): Promise<Result> | Result
}

const ok = (detail: string): Result => ({ outcome: 'ok', detail })
const skipped = (detail: string): Result => ({ outcome: 'skipped', detail })

/** The server's clock may be this far from ours before tokens are judged wrongly. */
const SKEW_SECONDS_AT_MOST = 5

/** In order; each may use what those before it learned. */
export const CHECKS: readonly Check[] = [
  {
    name: 'server',
    async run({ client }, known) {
      try {
        known.answer = await client.probe('/healthz')
        await known.answer.body?.cancel()
        return known.answer.ok
          ? ok(`${client.url} answers.`)
          : {
              outcome: 'failed',
              detail: `${client.url} answers ${known.answer.status} to /healthz.`,
              hint: 'Does BURSAR_URL lead to Bursar itself?',
            }
      } catch (error) {
        const { message, hint } = error as Failure
        return { outcome: 'failed', detail: message, ...(hint !== undefined && { hint }) }
      }
    },
  },
  {
    name: 'clock',
    run({ nowMs }, { answer }) {
      const date = Date.parse(answer?.headers.get('date') ?? '')
      if (Number.isNaN(date)) return skipped('The server did not say its time.')
      const seconds = Math.round((nowMs() - date) / 1000)
      if (Math.abs(seconds) <= SKEW_SECONDS_AT_MOST) return ok('The clocks of server and this machine agree.')
      return {
        outcome: 'warning',
        detail: `This machine is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the server.`,
        hint: 'Set both by NTP: providers refuse assertions, and tokens end early, when clocks differ.',
      }
    },
  },
  {
    name: 'key',
    async run({ client }, known) {
      if (known.answer === undefined) return skipped('There is no server to ask.')
      try {
        known.status = await client.call('getStatus')
        return ok('The key is known and may read.')
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        if (error.code === 'caller.forbidden') return ok('The key is known; it may not read the status.')
        const isKey = error.code === 'caller.unauthenticated'
        const hint = isKey
          ? 'Set BURSAR_KEY or --key-file; an administrator makes keys: bursar caller create.'
          : error.hint
        return { outcome: 'failed', detail: error.message, ...(hint !== undefined && { hint }) }
      }
    },
  },
  {
    name: 'version',
    run(_patient, { status }) {
      if (!status) return skipped('The status can not be read.')
      if (status.version === VERSION) return ok(`Server and command line are ${VERSION}.`)
      const detail = `The server is ${status.version}, the command line ${VERSION}.`
      return { outcome: 'warning', detail, hint: 'Bring both to one version.' }
    },
  },
  {
    name: 'database',
    async run({ client }, { status, answer }) {
      if (answer === undefined) return skipped('There is no server to ask.')
      const ready = await client.probe('/readyz')
      const sentence = (await ready.text()).trim()
      if (!ready.ok)
        return {
          outcome: 'failed',
          detail: sentence,
          hint: 'Look at BURSAR_DATABASE_URL or the data folder of the server.',
        }
      if (status && status.spooled > 0)
        return {
          outcome: 'warning',
          detail: `${status.spooled} answers on local disk wait for the database.`,
        }
      return ok(status ? `${status.engine}, reached ${status.database_age_seconds} s ago.` : 'It is reached.')
    },
  },
  {
    name: 'outbound',
    async run({ env }) {
      const { describeSettings } = await import('@bursar/broker/server/settings.ts')
      try {
        const values = new Map(describeSettings({}, env).map(({ env: name, value }) => [name, value]))
        if (/(^|,)(0\.0\.0\.0\/0|::\/0)(,|$)/.test(values.get('BURSAR_OUTBOUND_ALLOW') ?? ''))
          return {
            outcome: 'warning',
            detail: 'BURSAR_OUTBOUND_ALLOW lets requests go to every private address.',
            hint: 'List only the networks you mean.',
          }
        if (values.get('BURSAR_OUTBOUND_INSECURE_HTTP'))
          return {
            outcome: 'warning',
            detail: 'Plain http to this machine is allowed (BURSAR_OUTBOUND_INSECURE_HTTP).',
            hint: 'Fine for development; unset it elsewhere.',
          }
        return ok('No outbound setting of this environment allows more than it names.')
      } catch (error) {
        if (!(error instanceof BursarError)) throw error
        return { outcome: 'failed', detail: error.detail, hint: 'See bursar settings.' }
      }
    },
  },
]

export async function runChecks(patient: Patient): Promise<Finding[]> {
  const known: Known = {}
  const findings: Finding[] = []
  for (const { name, run } of CHECKS) findings.push({ check: name, ...(await run(patient, known)) })
  return findings
}
