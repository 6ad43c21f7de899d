import type { Command } from 'commander'
import type { CommandGroup } from '../command-group.ts'
import { openSession } from '../session.ts'
import { renderTable, text } from '../table.ts'
import { note, printable } from '../terminal.ts'

/** `bursar audit` */
export const auditCommand: CommandGroup = (program, terminal) => {
  program
    .command('audit')
    .description('List who did what, newest first')
    .option('--limit <number>', 'how many at most')
    .option('--cursor <cursor>', 'continue after a page')
    .action(async ({ limit, cursor }, command: Command) => {
      const session = openSession(command, terminal)
      const page = await session.client.call('listAudit', { query: { limit, cursor } })
      session.show(page, ({ items }) =>
        renderTable(
          items,
          [
            { heading: 'AT', cell: ({ at }) => text(at) },
            { heading: 'WHO', cell: ({ actor }) => text(actor) },
            { heading: 'WHAT', cell: ({ action }) => text(action) },
            { heading: 'ON', cell: ({ subject }) => text(subject) },
          ],
          terminal.stdout,
        ),
      )
      if (page.next_cursor !== null) note(terminal, `There are more: --cursor ${printable(page.next_cursor)}`)
    })
}
