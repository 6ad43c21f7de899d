import type { AnswerOf } from '@bursar/domain/api/table.ts'
import type { Command } from 'commander'
import { type CommandGroup, examples } from '../command-group.ts'
import { usageFailure } from '../failure.ts'
import { relativeTime } from '../relative-time.ts'
import { openSession } from '../session.ts'
import { renderTable, text } from '../table.ts'
import { note, printable, type Terminal } from '../terminal.ts'

type Caller = AnswerOf<'listCallers'>['items'][number]

/** `bursar caller …` */
export const callerCommands: CommandGroup = (program, terminal) => {
  const group = program.command('caller').description('Keep the keys of those who may ask')

  group
    .command('create <name>')
    .description('Create a caller and print its key, which is shown this once')
    .requiredOption(
      '--scope <scope...>',
      'what the key may do: credentials:read, credentials:write, tokens:<pattern>, proxy:<pattern>, events:<environment>, audit:read, admin',
    )
    .option('--expires <when>', 'when the key ends: an ISO 8601 instant, or a span such as 90d, 12h, 30min')
    .addHelpText(
      'after',
      examples("bursar caller create ci --scope credentials:read 'tokens:sales-*' --expires 90d"),
    )
    .action(async (name: string, flags: { scope: string[]; expires?: string }, command: Command) => {
      const session = openSession(command, terminal)
      const body = {
        name,
        scopes: flags.scope,
        ...(flags.expires !== undefined && { expires_at: readEnd(flags.expires, Date.now()) }),
      }
      const caller = await session.client.call('createCaller', { body })
      session.show(caller, ({ key }) => key)
      note(terminal, printable(`Caller ${caller.id} (${caller.name}). Keep the key: it is not shown again.`))
    })

  group
    .command('list')
    .description('List callers')
    .action(async (_flags, command: Command) => {
      const session = openSession(command, terminal)
      session.show(await session.client.call('listCallers'), ({ items }) => renderCallers(terminal, items))
    })

  group
    .command('delete <id>')
    .description('Delete a caller; its key is refused from then on')
    .action(async (id: string, _flags, command: Command) => {
      await openSession(command, terminal).client.call('deleteCaller', { params: { id } })
      note(terminal, printable(`Deleted ${id}.`))
    })
}

const SPANS: Record<string, number> = { min: 60_000, h: 3_600_000, d: 86_400_000 }

function readEnd(written: string, nowMs: number): string {
  const [, count, unit] = /^(\d{1,5})(min|h|d)$/.exec(written) ?? []
  const endMs = count === undefined ? Date.parse(written) : nowMs + Number(count) * SPANS[unit!]!
  if (Number.isNaN(endMs))
    throw usageFailure('--expires is neither an instant nor a span.', 'For example 90d.')
  return new Date(endMs).toISOString()
}

const renderCallers = ({ stdout }: Terminal, items: readonly Caller[]): string => {
  const nowMs = Date.now()
  return renderTable(
    items,
    [
      { heading: 'ID', cell: ({ id }) => text(id) },
      { heading: 'NAME', cell: ({ name }) => text(name) },
      { heading: 'SCOPES', cell: ({ scopes }) => text(scopes.join(' ')) },
      { heading: 'LAST USED', cell: ({ last_used_at }) => relativeTime(last_used_at, nowMs) },
      { heading: 'ENDS', cell: ({ expires_at }) => relativeTime(expires_at, nowMs) },
    ],
    stdout,
  )
}
