import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { type Command, Option } from 'commander'
import { readBodyFile } from '../body-file.ts'
import { type CommandGroup, examples } from '../command-group.ts'
import { FOREIGN_FORMS, providersOfDestination } from '../destination-sdk.ts'
import { usageFailure } from '../failure.ts'
import { relativeTime } from '../relative-time.ts'
import { openSession } from '../session.ts'
import { renderFacts, renderTable, text } from '../table.ts'
import { note, printable, type Terminal } from '../terminal.ts'

type Provider = AnswerOf<'getProvider'>

const FILE = ['-f, --file <path>', 'JSON or YAML with name, title and recipe; - is standard input'] as const

interface LinkFlags {
  destination?: string[]
  expiresIn?: string
}

interface CreateFlags {
  file: string
  from?: (typeof FOREIGN_FORMS)[number]
}

/** `bursar provider …` */
export const providerCommands: CommandGroup = (program, terminal) => {
  const group = program.command('provider').description('Keep recipes that credentials share')

  group
    .command('create [name]')
    .description('Create a provider')
    .requiredOption(...FILE)
    .addOption(
      new Option(
        '--from <form>',
        "the file is another system's: one provider for each way to authenticate",
      ).choices(FOREIGN_FORMS),
    )
    .addHelpText(
      'after',
      examples(
        'bursar provider create crm -f crm.yaml',
        'bursar provider create -f destination.json --from destination-sdk',
      ),
    )
    .action(async (name: string | undefined, { file, from }: CreateFlags, command: Command) => {
      const session = openSession(command, terminal)
      const read = await readBodyFile(file, terminal)
      if (from !== undefined) {
        for (const body of providersOfDestination(read, name)) {
          session.show(await session.client.call('createProvider', { body }), renderProvider(terminal))
        }
        return
      }
      const body = { ...read, ...(name !== undefined && { name }) }
      if (!('name' in body))
        throw usageFailure('The provider has no name.', 'bursar provider create <name> -f …')
      session.show(await session.client.call('createProvider', { body }), renderProvider(terminal))
    })

  group
    .command('list')
    .description('List providers')
    .action(async (_flags, command: Command) => {
      const session = openSession(command, terminal)
      session.show(await session.client.call('listProviders'), ({ items }) =>
        renderProviders(terminal, items),
      )
    })

  group
    .command('get <name>')
    .description('Show a provider')
    .option('--version-number <number>', 'this version; the newest by default')
    .action(async (name: string, flags: { versionNumber?: string }, command: Command) => {
      const session = openSession(command, terminal)
      const query = { version: flags.versionNumber }
      session.show(
        await session.client.call('getProvider', { params: { name }, query }),
        renderProvider(terminal),
      )
    })

  group
    .command('update <name>')
    .description('Add a version with another recipe; credentials keep the version they have')
    .requiredOption(...FILE)
    .action(async (name: string, { file }: { file: string }, command: Command) => {
      const session = openSession(command, terminal)
      const body = await readBodyFile(file, terminal)
      session.show(
        await session.client.call('putProvider', { params: { name }, body }),
        renderProvider(terminal),
      )
    })

  group
    .command('connect-link <name> <credential>')
    .description('Make a link by which a person connects an account, and print its address')
    .option('--destination <url...>', 'where the token may go')
    .option('--expires-in <seconds>', 'how long the link waits; a day by default')
    .addHelpText(
      'after',
      examples('bursar provider connect-link crm crm-acme --destination https://api.example.com/'),
    )
    .action(async (name: string, credential: string, flags: LinkFlags, command: Command) => {
      const session = openSession(command, terminal)
      const body = {
        credential,
        ...(flags.destination !== undefined && { destinations: flags.destination }),
        ...(flags.expiresIn !== undefined && { expires_in_seconds: Number(flags.expiresIn) }),
      }
      const link = await session.client.call('createConnectLink', { params: { name }, body })
      session.show(link, ({ url }) => url)
      note(terminal, printable(`Good once, until ${link.expires_at}. Give it to one person only.`))
    })

  group
    .command('delete <name>')
    .description('Delete a provider that no credential uses')
    .action(async (name: string, _flags, command: Command) => {
      await openSession(command, terminal).client.call('deleteProvider', { params: { name } })
      note(terminal, printable(`Deleted ${name}.`))
    })
}

const renderProviders = ({ stdout }: Terminal, items: readonly Provider[]): string => {
  const nowMs = Date.now()
  return renderTable(
    items,
    [
      { heading: 'NAME', cell: ({ name }) => text(name) },
      { heading: 'VERSION', cell: ({ version }) => text(version) },
      { heading: 'GRANT', cell: ({ recipe }) => text(recipe.grant) },
      { heading: 'TITLE', cell: ({ title }) => text(title) },
      { heading: 'CHANGED', cell: ({ created_at }) => relativeTime(created_at, nowMs) },
    ],
    stdout,
  )
}

const renderProvider =
  ({ stdout }: Terminal) =>
  ({ name, version, title, recipe }: Provider): string =>
    renderFacts(
      [
        ['name', text(name)],
        ['version', text(version)],
        ['title', title && text(title)],
        ...Object.entries(recipe).map(
          ([member, value]) =>
            [member, text(typeof value === 'string' ? value : JSON.stringify(value))] as const,
        ),
      ],
      stdout,
    )
