import type { Command } from 'commander'
import type { CommandGroup } from '../command-group.ts'
import { openSession } from '../session.ts'
import { renderFacts, text } from '../table.ts'
import { styled } from '../terminal.ts'

/** `bursar status` */
export const statusCommand: CommandGroup = (program, terminal) => {
  program
    .command('status')
    .description('Show how the server and its credentials are')
    .action(async (_flags, command: Command) => {
      const session = openSession(command, terminal)
      session.show(await session.client.call('getStatus'), (status) => {
        const counts = Object.entries(status.credentials).map(
          ([name, count]) => `${count} ${name.replaceAll('_', ' ')}`,
        )
        const isOk = status.status === 'ok'
        return renderFacts(
          [
            [
              'status',
              styled(isOk ? 'green' : 'yellow', `${isOk ? '●' : '▲'} ${status.status}`, terminal.stdout),
            ],
            ['server', `${session.client.url}, version ${text(status.version)}`],
            ['node', text(status.node_id)],
            ['database', `${text(status.engine)}, reached ${status.database_age_seconds} s ago`],
            ['credentials', counts.map(text).join(', ') || 'none'],
            ['spooled', status.spooled > 0 ? `${status.spooled} answers wait for the database` : null],
          ],
          terminal.stdout,
        )
      })
    })
}
