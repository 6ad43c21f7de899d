import type { AnswerOf } from '@bursar/domain/api/table.ts'
import type { Command } from 'commander'
import type { CommandGroup } from '../command-group.ts'
import { relativeTime } from '../relative-time.ts'
import { openSession } from '../session.ts'
import { renderTable, text } from '../table.ts'
import { printable, type Terminal } from '../terminal.ts'

type Overview = AnswerOf<'getOverview'>

/** `bursar overview`, `bursar nodes` */
export const overviewCommands: CommandGroup = (program, terminal) => {
  program
    .command('overview')
    .description('How everything is: counts, health, what failed and what helps')
    .action(async (_flags, command: Command) => {
      const session = openSession(command, terminal)
      session.show(await session.client.call('getOverview'), renderOverview(terminal))
    })

  program
    .command('nodes')
    .description('List the nodes of the cluster')
    .action(async (_flags, command: Command) => {
      const session = openSession(command, terminal)
      session.show(await session.client.call('listNodes'), ({ items }) =>
        renderTable(
          items,
          [
            { heading: 'NODE', cell: ({ node_id }) => text(node_id) },
            { heading: 'STATE', cell: ({ state }) => state },
            { heading: 'VERSION', cell: ({ version }) => text(version) },
            { heading: 'SEEN', cell: ({ seen_at }) => relativeTime(seen_at, Date.now()) },
            { heading: 'SPOOLED', cell: ({ spooled }) => String(spooled) },
          ],
          terminal.stdout,
        ),
      )
    })
}

const renderOverview =
  ({ stdout }: Terminal) =>
  ({ credentials, failures, health, traffic }: Overview): string => {
    const counts = Object.entries(credentials.by_status).map(([status, count]) => `${count} ${status}`)
    const { requests, refused, latency_ms } = traffic.hour
    const latency = latency_ms === null ? '' : `, p99 ${latency_ms.p99} ms`
    return [
      `credentials: ${credentials.total} (${counts.join(', ') || 'none'})`,
      `last hour: ${requests} requests, ${refused} refused${latency}`,
      ...health.checks.map(({ name, state, detail }) => printable(`${state.padEnd(7)} ${name}: ${detail}`)),
      ...(failures.total === 0 ? [] : [renderFailures(failures.items, stdout)]),
    ].join('\n')
  }

const renderFailures = (items: Overview['failures']['items'], stdout: Terminal['stdout']): string =>
  renderTable(
    items,
    [
      { heading: 'CREDENTIAL', cell: ({ name }) => text(name) },
      { heading: 'STATUS', cell: ({ status }) => text(status) },
      { heading: 'WHAT HELPS', cell: ({ mend }) => text(mend ?? '') },
      { heading: 'WHY', cell: ({ reason }) => text(reason?.detail ?? '') },
    ],
    stdout,
  )
