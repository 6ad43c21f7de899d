import type { AnswerOf } from '@bursar/domain/api/table.ts'
import type { Command } from 'commander'
import { readBodyFile } from '../body-file.ts'
import { type CommandGroup, examples } from '../command-group.ts'
import { relativeTime } from '../relative-time.ts'
import { readSecretSource } from '../secret-flag.ts'
import { openSession } from '../session.ts'
import { renderFacts, renderTable, text } from '../table.ts'
import { note, printable, type Terminal } from '../terminal.ts'

type App = AnswerOf<'getApp'>

const SOURCE = '- (standard input), @path or env:VAR'

interface CreateFlags {
  clientSecret?: string
  signingSecret?: string
  scope?: string[]
  file?: string
}

/** `bursar app …` */
export const appCommands: CommandGroup = (program, terminal) => {
  const group = program.command('app').description('Keep the apps that may ask a token page for JWTs')

  group
    .command('create <page> [client-id]')
    .description('Create an app and print its client secret, which is shown this once')
    .option('--scope <scope...>', 'what it may ask for')
    .option('--client-secret <source>', `one that exists already: ${SOURCE}`)
    .option('--signing-secret <source>', `signs its JWTs on a page in compat mode: ${SOURCE}`)
    .option('-f, --file <path>', 'JSON or YAML with further members; - is standard input')
    .addHelpText(
      'after',
      examples(
        'bursar app create loyalty kiosk-7 --scope points:read',
        'bursar app create legacy app-1 --client-secret env:APP_SECRET --signing-secret env:SIGNING_SECRET',
      ),
    )
    .action(async (page: string, clientId: string | undefined, flags: CreateFlags, command: Command) => {
      const session = openSession(command, terminal)
      const body = await readBody(clientId, flags, terminal)
      const app = await session.client.call('createApp', { params: { name: page }, body })
      session.show(app, ({ client_secret }) => client_secret ?? '')
      note(terminal, printable(`App ${app.client_id} of ${page}.`))
    })

  group
    .command('list <page>')
    .description('List the apps of a page')
    .action(async (page: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const answer = await session.client.call('listApps', { params: { name: page }, query: { limit: 500 } })
      session.show(answer, ({ items }) => renderApps(terminal, items))
    })

  group
    .command('get <page> <client-id>')
    .description('Show an app')
    .action(async (page: string, clientId: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const params = { name: page, client_id: clientId }
      session.show(await session.client.call('getApp', { params }), renderApp(terminal))
    })

  group
    .command('update <page> <client-id>')
    .description('Change an app by a merge patch')
    .requiredOption('-f, --file <path>', 'JSON or YAML; - is standard input')
    .action(async (page: string, clientId: string, { file }: { file: string }, command: Command) => {
      const session = openSession(command, terminal)
      const params = { name: page, client_id: clientId }
      const body = await readBodyFile(file, terminal)
      session.show(await session.client.call('updateApp', { params, body }), renderApp(terminal))
    })

  group
    .command('rotate-secret <page> <client-id>')
    .description('Give an app another client secret and print it, this once')
    .option('--overlap <seconds>', 'how long those before it are still taken; a day by default')
    .action(async (page: string, clientId: string, flags: { overlap?: string }, command: Command) => {
      const session = openSession(command, terminal)
      const params = { name: page, client_id: clientId }
      const body = { ...(flags.overlap !== undefined && { overlap_seconds: Number(flags.overlap) }) }
      const app = await session.client.call('rotateAppSecret', { params, body })
      session.show(app, ({ client_secret }) => client_secret ?? '')
    })

  group
    .command('rotate-signing-secret <page> <client-id>')
    .description('Give an app of a page in compat mode another secret to sign with')
    .requiredOption('--signing-secret <source>', `the next one: ${SOURCE}`)
    .option('--overlap <seconds>', 'how long those before it still verify; a day by default')
    .addHelpText(
      'after',
      examples('bursar app rotate-signing-secret legacy app-1 --signing-secret @next.secret --overlap 3600'),
    )
    .action(
      async (
        page: string,
        clientId: string,
        flags: { signingSecret: string; overlap?: string },
        command: Command,
      ) => {
        const session = openSession(command, terminal)
        const params = { name: page, client_id: clientId }
        const body = {
          signing_secret: await readSecretSource('signing secret', flags.signingSecret, terminal),
          ...(flags.overlap !== undefined && { overlap_seconds: Number(flags.overlap) }),
        }
        session.show(
          await session.client.call('rotateAppSigningSecret', { params, body }),
          renderApp(terminal),
        )
      },
    )

  group
    .command('delete <page> <client-id>')
    .description('Delete an app')
    .action(async (page: string, clientId: string, _flags, command: Command) => {
      const params = { name: page, client_id: clientId }
      await openSession(command, terminal).client.call('deleteApp', { params })
      note(terminal, printable(`Deleted ${clientId} of ${page}.`))
    })
}

async function readBody(clientId: string | undefined, flags: CreateFlags, terminal: Terminal) {
  const file = flags.file === undefined ? {} : await readBodyFile(flags.file, terminal)
  return {
    ...file,
    ...(clientId !== undefined && { client_id: clientId }),
    ...(flags.scope !== undefined && { scopes: flags.scope }),
    ...(flags.clientSecret !== undefined && {
      client_secret: await readSecretSource('client secret', flags.clientSecret, terminal),
    }),
    ...(flags.signingSecret !== undefined && {
      signing_secret: await readSecretSource('signing secret', flags.signingSecret, terminal),
    }),
  }
}

const renderApps = ({ stdout }: Terminal, items: readonly App[]): string => {
  const nowMs = Date.now()
  return renderTable(
    items,
    [
      { heading: 'CLIENT ID', cell: ({ client_id }) => text(client_id) },
      { heading: 'SCOPES', cell: ({ scopes }) => text(scopes.join(' ')) },
      { heading: 'ON', cell: ({ enabled }) => text(enabled ? 'yes' : 'no') },
      { heading: 'CHANGED', cell: ({ updated_at }) => relativeTime(updated_at, nowMs) },
    ],
    stdout,
  )
}

const renderApp =
  ({ stdout }: Terminal) =>
  (app: App): string =>
    renderFacts(
      Object.entries(app).map(([member, value]) => [
        member,
        value === null ? null : text(typeof value === 'string' ? value : JSON.stringify(value)),
      ]),
      stdout,
    )
