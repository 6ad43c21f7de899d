import type { Command } from 'commander'
import { readBodyFile } from '../body-file.ts'
import { type CommandGroup, examples } from '../command-group.ts'
import { EXIT } from '../exit-code.ts'
import { openSession } from '../session.ts'
import { renderFacts, renderTable, text } from '../table.ts'
import { note, printable, type Terminal } from '../terminal.ts'

interface SecurityContext {
  externalKey: string
  name: string
  grantType: string
  status: string
  reason: { detail: string } | null
  tokenEndpoint: string
  contentType: string
  validServiceUrls: string[]
  credential: string
  tokenExpiresAt: string | null
}

const BASE = '/marketing-cloud/security-contexts'
const FILE = [
  '-f, --file <path>',
  'JSON or YAML; - is standard input, and keeps secrets out of files',
] as const

/** `bursar security-context …` */
export const securityContextCommands: CommandGroup = (program, terminal) => {
  const group = program
    .command('security-context')
    .description('Keep security contexts of Marketing Cloud: credentials that activities name')

  group
    .command('create')
    .description('Create a security context and get its first token')
    .requiredOption(...FILE)
    .addHelpText(
      'after',
      examples(
        'bursar security-context create -f orders.yaml',
        'sops -d orders.yaml | bursar security-context create -f -',
      ),
    )
    .action(async ({ file }: { file: string }, command: Command) => {
      const session = openSession(command, terminal)
      const body = await readBodyFile(file, terminal)
      const made = await session.door.call<SecurityContext>('POST', `${BASE}?wait=10`, body)
      session.show(made, renderContext(terminal))
      if (made.status === 'broken') process.exitCode = EXIT.upstreamFailed
    })

  group
    .command('list')
    .description('List security contexts')
    .action(async (_flags, command: Command) => {
      const session = openSession(command, terminal)
      const page = await session.door.call<{ items: SecurityContext[] }>('GET', BASE)
      session.show(page, ({ items }) =>
        renderTable(
          items,
          [
            { heading: 'EXTERNAL KEY', cell: ({ externalKey }) => text(externalKey) },
            { heading: 'NAME', cell: ({ name }) => text(name) },
            { heading: 'GRANT', cell: ({ grantType }) => text(grantType) },
            { heading: 'STATUS', cell: ({ status }) => text(status) },
          ],
          terminal.stdout,
        ),
      )
    })

  group
    .command('get <key>')
    .description('Show a security context')
    .action(async (key: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const path = `${BASE}/${encodeURIComponent(key)}`
      session.show(await session.door.call<SecurityContext>('GET', path), renderContext(terminal))
    })

  group
    .command('update <key>')
    .description('Change members of a security context; those not named stay')
    .requiredOption(...FILE)
    .action(async (key: string, { file }: { file: string }, command: Command) => {
      const session = openSession(command, terminal)
      const path = `${BASE}/${encodeURIComponent(key)}`
      const patch = await readBodyFile(file, terminal)
      session.show(await session.door.call<SecurityContext>('PATCH', path, patch), renderContext(terminal))
    })

  group
    .command('delete <key>')
    .description('Delete a security context and revoke its token where that can be done')
    .action(async (key: string, _flags, command: Command) => {
      await openSession(command, terminal).door.call('DELETE', `${BASE}/${encodeURIComponent(key)}`)
      note(terminal, printable(`Deleted ${key}.`))
    })
}

const renderContext =
  ({ stdout }: Terminal) =>
  (context: SecurityContext): string =>
    renderFacts(
      [
        ['external key', text(context.externalKey)],
        ['name', text(context.name)],
        ['status', text(context.status)],
        ['reason', context.reason && text(context.reason.detail)],
        ['grant', text(context.grantType)],
        ['token endpoint', text(context.tokenEndpoint)],
        ['content type', text(context.contentType)],
        ['service URLs', context.validServiceUrls.map(text).join('\n')],
        ['credential', text(context.credential)],
        ['token ends', context.tokenExpiresAt && text(context.tokenExpiresAt)],
      ],
      stdout,
    )
