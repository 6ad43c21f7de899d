import type { AnswerOf } from '@bursar/domain/api/table.ts'
import type { Command } from 'commander'
import { type CommandGroup, examples } from '../command-group.ts'
import { relativeTime } from '../relative-time.ts'
import { openSession } from '../session.ts'
import { renderTable, text } from '../table.ts'
import { note, printable, type Terminal } from '../terminal.ts'

type Session = AnswerOf<'listSessions'>['items'][number]

/** `bursar console …` */
export const consoleCommands: CommandGroup = (program, terminal) => {
  const group = program.command('console').description('Sign in to the console, and see who has')

  group
    .command('link')
    .description('Print a link that signs in to the console, once, with the rights of your key')
    .addHelpText('after', examples('bursar console link', 'xdg-open "$(bursar console link)"'))
    .action(async (_flags, command: Command) => {
      const session = openSession(command, terminal)
      const link = await session.client.call('createSignInLink')
      session.show(link, ({ url }) => url)
      note(terminal, `It works once, and ends ${relativeTime(link.expires_at, Date.now())}.`)
    })

  group
    .command('sessions')
    .description('List sessions at the console: your own, with the scope admin all')
    .action(async (_flags, command: Command) => {
      const session = openSession(command, terminal)
      session.show(await session.client.call('listSessions'), ({ items }) => renderSessions(terminal, items))
    })

  group
    .command('end <id>')
    .description('End a session, on every node')
    .action(async (id: string, _flags, command: Command) => {
      await openSession(command, terminal).client.call('deleteSession', { params: { id } })
      note(terminal, printable(`Ended ${id}.`))
    })
}

const renderSessions = ({ stdout }: Terminal, items: readonly Session[]): string => {
  const nowMs = Date.now()
  return renderTable(
    items,
    [
      { heading: 'ID', cell: ({ id }) => text(id ?? '') },
      { heading: 'WHO', cell: ({ caller }) => text(caller.name) },
      { heading: 'BY', cell: ({ method }) => text(method) },
      { heading: 'FROM', cell: ({ address }) => text(address ?? '') },
      { heading: 'SEEN', cell: ({ seen_at }) => relativeTime(seen_at, nowMs) },
      { heading: 'ENDS', cell: ({ idle_ends_at }) => relativeTime(idle_ends_at, nowMs) },
    ],
    stdout,
  )
}
