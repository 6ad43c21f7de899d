import type { Command } from 'commander'
import { addFlagsLater, type CommandGroup, examples } from '../command-group.ts'
import { renderCredential, renderCredentials, renderExchange, renderExchanges } from '../credential-view.ts'
import { EXIT, exitCodeOfExchange } from '../exit-code.ts'
import { usageFailure } from '../failure.ts'
import { openSession } from '../session.ts'
import { note, printable, type Terminal } from '../terminal.ts'
import { addConnect } from './connect.ts'
import { addCare } from './credential-care.ts'

/** `bursar credential …` */
export const credentialCommands: CommandGroup = (program, terminal) => {
  const group = program.command('credential').description('Keep credentials and their tokens')
  addCreate(group, terminal)
  addReading(group, terminal)
  addUpdate(group, terminal)
  addDelete(group, terminal)
  addExchange(group, terminal)
  addConnect(group, terminal)
  addPausing(group, terminal)
  addCare(group, terminal)
}

/** The body's flags come from the schemas of all grants, which take a while to load. */
const withBodyFlags = (command: Command): Command => {
  addFlagsLater(command, async () => (await import('../credential-body.ts')).addCredentialFlags(command))
  return command
}

const readBody = async (command: Command, terminal: Terminal): Promise<Record<string, unknown>> =>
  (await import('../credential-body.ts')).readCredentialBody(command, terminal)

function addCreate(group: Command, terminal: Terminal): void {
  withBodyFlags(group.command('create [name]'))
    .description('Create a credential and get its first token')
    .option('--wait <seconds>', 'how long to wait for the first token, at most 60; 0 does not wait', '10')
    .addHelpText(
      'after',
      examples(
        'bursar credential create sales-email --grant client_credentials \\',
        '    --token-url https://login.example.com/token --client-id 01d --scope mail.read \\',
        '    --secret client_secret=env:CRM_SECRET --destination https://graph.example.com/v1.0/',
        'pass crm/secret | bursar credential create sales-email -f sales-email.yaml --secret client_secret=-',
      ),
    )
    .action(async (name: string | undefined, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const body = { ...(await readBody(command, terminal)), ...(name !== undefined && { name }) }
      if (!('name' in body))
        throw usageFailure('The credential has no name.', 'bursar credential create <name> …')
      const { wait } = command.opts<{ wait: string }>()
      const credential = await session.client.call('createCredential', { query: { wait }, body })
      session.show(credential, renderCredential(terminal, Date.now()))
      if (credential.status === 'needs_sign_in')
        note(terminal, `A person has to sign in: bursar credential connect ${printable(credential.name)}`)
      if (credential.status === 'broken') process.exitCode = EXIT.upstreamFailed
    })
}

function addReading(group: Command, terminal: Terminal): void {
  group
    .command('list')
    .description('List credentials')
    .option('--status <status>', 'only those in this status')
    .option('--provider <name>', 'only those of this provider')
    .option('--environment <name>', 'only those of this environment')
    .option('-q, --query <text>', "part of the name or of a label's value")
    .option('--grant <grant>', 'only those of this grant')
    .option('--label <label>', 'only those with this label: team, or team=sales')
    .option('--expiring-before <instant>', 'only those whose token ends before (ISO 8601)')
    .option(
      '--sort <order>',
      'name, status, expires_at, refresh_due_at, updated_at or created_at; - in front: backwards',
    )
    .option('--limit <number>', 'how many at most')
    .option('--cursor <cursor>', 'continue after a page')
    .addHelpText('after', examples('bursar credential list --status broken', 'bursar credential list --json'))
    .action(async (flags, command: Command) => {
      const session = openSession(command, terminal)
      const { query: q, status, provider, environment, grant, label, sort, limit, cursor } = flags
      const expiring_before = flags.expiringBefore
      const query = { q, status, provider, environment, grant, label, expiring_before, sort, limit, cursor }
      const page = await session.client.call('listCredentials', { query })
      session.show(page, ({ items }) => renderCredentials(terminal, Date.now())(items))
      if (page.next_cursor !== null) note(terminal, `There are more: --cursor ${printable(page.next_cursor)}`)
    })

  group
    .command('get <name>')
    .description('Show a credential, its status and why')
    .action(async (name: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const credential = await session.client.call('getCredential', { params: { name } })
      session.show(credential, renderCredential(terminal, Date.now()))
    })

  group
    .command('exchanges <name>')
    .description('List what was asked of the provider and how it ended')
    .option('--limit <number>', 'how many at most')
    .option('--cursor <cursor>', 'continue after a page')
    .action(async (name: string, { limit, cursor }, command: Command) => {
      const session = openSession(command, terminal)
      const page = await session.client.call('listExchanges', { params: { name }, query: { limit, cursor } })
      session.show(page, ({ items }) => renderExchanges(terminal, Date.now())(items))
      if (page.next_cursor !== null) note(terminal, `There are more: --cursor ${printable(page.next_cursor)}`)
    })
}

function addUpdate(group: Command, terminal: Terminal): void {
  withBodyFlags(group.command('update <name>'))
    .description('Change members of a credential; those not named stay (a file is a JSON merge patch)')
    .addHelpText(
      'after',
      examples(
        'bursar credential update sales-email --scope mail.read --scope mail.send',
        'bursar credential update sales-email --secret client_secret=@new-secret.txt',
      ),
    )
    .action(async (name: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const body = await readBody(command, terminal)
      if (Object.keys(body).length === 0) throw usageFailure('There is nothing to change.', 'See --help.')
      const credential = await session.client.call('updateCredential', { params: { name }, body })
      session.show(credential, renderCredential(terminal, Date.now()))
    })
}

function addDelete(group: Command, terminal: Terminal): void {
  group
    .command('delete <name>')
    .description('Delete a credential and revoke its token at the provider where that can be done')
    .action(async (name: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const deletion = await session.client.call('deleteCredential', { params: { name } })
      session.show(deletion, ({ revocation: { outcome, detail } }) =>
        printable(`deleted ${name}; revocation: ${outcome.replaceAll('_', ' ')}. ${detail}`),
      )
    })
}

function addExchange(group: Command, terminal: Terminal): void {
  group
    .command('exchange <name>')
    .description('Get a new token now, and show what came of it')
    .action(async (name: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const exchange = await session.client.call('exchangeCredential', { params: { name } })
      session.show(exchange, renderExchange(terminal, Date.now()))
      process.exitCode = exitCodeOfExchange(exchange.kind)
    })
}

function addPausing(group: Command, terminal: Terminal): void {
  const verbs = [
    ['pause', 'pauseCredential', 'Hand out, send and refresh no token until it is resumed'],
    ['resume', 'resumeCredential', 'End a pause'],
  ] as const
  for (const [verb, operation, description] of verbs)
    group
      .command(`${verb} <name>`)
      .description(description)
      .action(async (name: string, _flags, command: Command) => {
        const session = openSession(command, terminal)
        const credential = await session.client.call(operation, { params: { name } })
        session.show(credential, renderCredential(terminal, Date.now()))
      })
}
