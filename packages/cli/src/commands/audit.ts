import type { Command } from 'commander'
import { type CommandGroup, examples } from '../command-group.ts'
import { openSession } from '../session.ts'
import { renderTable, text } from '../table.ts'
import { note, printable } from '../terminal.ts'

interface AuditFlags {
  limit?: string
  cursor?: string
  actor?: string
  action?: string
  subject?: string
  from?: string
  to?: string
  export?: string
}

/** `bursar audit` */
export const auditCommand: CommandGroup = (program, terminal) => {
  program
    .command('audit')
    .description('List who did what, newest first')
    .option('--limit <number>', 'how many at most')
    .option('--cursor <cursor>', 'continue after a page')
    .option('--actor <id>', 'only what this caller did')
    .option('--action <action>', 'only this, such as credential.update, or credential.*')
    .option('--subject <subject>', 'only what was done to this')
    .option('--from <instant>', 'not before (ISO 8601)')
    .option('--to <instant>', 'before (ISO 8601)')
    .option('--export <format>', 'write all of it, as csv or ndjson')
    .addHelpText(
      'after',
      examples('bursar audit --action "credential.*"', 'bursar audit --export csv > audit.csv'),
    )
    .action(async ({ limit, cursor, export: format, ...filter }: AuditFlags, command: Command) => {
      const session = openSession(command, terminal)
      if (format !== undefined) {
        const query = { ...filter, format }
        for await (const chunk of await session.client.stream('exportAudit', { query }))
          terminal.stdout.write(chunk)
        return
      }
      const page = await session.client.call('listAudit', { query: { limit, cursor, ...filter } })
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
