import type { AnswerOf } from '@bursar/domain/api/table.ts'
import type { Command } from 'commander'
import { readBodyFile } from '../body-file.ts'
import { type CommandGroup, examples } from '../command-group.ts'
import { readSecretSource } from '../secret-flag.ts'
import { openSession } from '../session.ts'
import { renderFacts, renderTable, text } from '../table.ts'
import { note, printable, type Terminal } from '../terminal.ts'

type TokenPage = AnswerOf<'getAppPage'>

const FILE = ['-f, --file <path>', 'JSON or YAML; - is standard input'] as const

/** `bursar app-page …` */
export const appPageCommands: CommandGroup = (program, terminal) => {
  const group = program.command('app-page').description('Keep the pages that give apps their JWTs')

  group
    .command('create [name]')
    .description('Create a token page')
    .option('--signing-key <name>', 'the key it signs with')
    .option('--audience <text...>', 'for whom its JWTs are')
    .option('--ttl <seconds>', 'how long they live; 3600 by default')
    .option('--compat', 'answers as scripts on the platform do')
    .option(...FILE)
    .addHelpText(
      'after',
      examples(
        'bursar app-page create loyalty --signing-key loyalty-2026 --audience https://api.example.com',
        'bursar app-page create legacy --compat',
      ),
    )
    .action(async (name: string | undefined, flags: CreateFlags, command: Command) => {
      const session = openSession(command, terminal)
      const file = flags.file === undefined ? {} : await readBodyFile(flags.file, terminal)
      const body = { ...file, ...(name !== undefined && { name }), ...bodyOf(flags) }
      session.show(await session.client.call('createAppPage', { body }), renderPage(terminal))
    })

  group
    .command('list')
    .description('List token pages')
    .action(async (_flags, command: Command) => {
      const session = openSession(command, terminal)
      session.show(await session.client.call('listAppPages', { query: { limit: 500 } }), ({ items }) =>
        renderPages(terminal, items),
      )
    })

  group
    .command('get <name>')
    .description('Show a token page')
    .action(async (name: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      session.show(await session.client.call('getAppPage', { params: { name } }), renderPage(terminal))
    })

  group
    .command('update <name>')
    .description('Change a token page by a merge patch')
    .requiredOption(...FILE)
    .action(async (name: string, { file }: { file: string }, command: Command) => {
      const session = openSession(command, terminal)
      const body = await readBodyFile(file, terminal)
      session.show(
        await session.client.call('updateAppPage', { params: { name }, body }),
        renderPage(terminal),
      )
    })

  group
    .command('delete <name>')
    .description('Delete a token page and its apps')
    .action(async (name: string, _flags, command: Command) => {
      await openSession(command, terminal).client.call('deleteAppPage', { params: { name } })
      note(terminal, printable(`Deleted ${name}.`))
    })

  group
    .command('revoke <name>')
    .description('End one of its JWTs before its time')
    .option('--token <source>', 'where the JWT is: - (standard input), @path or env:VAR')
    .option('--jti <id>', 'or its jti')
    .action(async (name: string, flags: { token?: string; jti?: string }, command: Command) => {
      const session = openSession(command, terminal)
      const body = {
        ...(flags.token !== undefined && {
          token: (await readSecretSource('token', flags.token, terminal)).trim(),
        }),
        ...(flags.jti !== undefined && { jti: flags.jti }),
      }
      const entry = await session.client.call('revokeAppToken', { params: { name }, body })
      session.show(entry, ({ jti, expires_at }) => text(`Revoked ${jti} until ${expires_at}.`))
    })

  group
    .command('requests <name>')
    .description('List requests to a token page (HTTPProperties)')
    .action(async (name: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      session.show(await session.client.call('listAppRequests', { params: { name } }), ({ items }) =>
        renderTable(
          items,
          [
            { heading: 'AT', cell: ({ at }) => text(at) },
            { heading: 'METHOD', cell: ({ Method }) => text(Method) },
            { heading: 'FROM', cell: ({ ClientIP }) => text(ClientIP) },
            { heading: 'BROWSER', cell: ({ Browser }) => text(Browser) },
            { heading: 'QUERY', cell: ({ QueryString }) => text(QueryString) },
          ],
          terminal.stdout,
        ),
      )
    })

  group
    .command('exceptions <name>')
    .description('List exceptions of a token page (CustomAppException)')
    .action(async (name: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      session.show(await session.client.call('listAppExceptions', { params: { name } }), ({ items }) =>
        renderTable(
          items,
          [
            { heading: 'AT', cell: ({ at }) => text(at) },
            { heading: 'FUNCTION', cell: ({ FunctionName }) => text(FunctionName) },
            { heading: 'MESSAGE', cell: ({ Message }) => text(Message) },
            { heading: 'DESCRIPTION', cell: ({ Description }) => text(Description) },
          ],
          terminal.stdout,
        ),
      )
    })
}

interface CreateFlags {
  signingKey?: string
  audience?: string[]
  ttl?: string
  compat?: boolean
  file?: string
}

const bodyOf = ({ signingKey, audience, ttl, compat }: CreateFlags) => ({
  ...(compat && { mode: 'compat' }),
  ...(signingKey !== undefined && { signing_key: signingKey }),
  ...(audience !== undefined && { audience: audience.length === 1 ? audience[0] : audience }),
  ...(ttl !== undefined && { ttl_seconds: Number(ttl) }),
})

const renderPages = ({ stdout }: Terminal, items: readonly TokenPage[]): string =>
  renderTable(
    items,
    [
      { heading: 'NAME', cell: ({ name }) => text(name) },
      { heading: 'MODE', cell: ({ mode }) => text(mode) },
      { heading: 'SIGNING KEY', cell: ({ signing_key }) => text(signing_key) },
      { heading: 'TOKENS AT', cell: ({ token_path }) => text(token_path) },
      { heading: 'ON', cell: ({ enabled }) => text(enabled ? 'yes' : 'no') },
    ],
    stdout,
  )

const renderPage =
  ({ stdout }: Terminal) =>
  (page: TokenPage): string =>
    renderFacts(
      Object.entries(page).map(([member, value]) => [
        member,
        value === null ? null : text(typeof value === 'string' ? value : JSON.stringify(value)),
      ]),
      stdout,
    )
