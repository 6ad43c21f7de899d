import type { AnswerOf } from '@bursar/domain/api/table.ts'
import type { Command } from 'commander'
import { examples } from '../command-group.ts'
import { EXIT } from '../exit-code.ts'
import { relativeTime } from '../relative-time.ts'
import { readSecrets, SECRET_FLAG, SECRET_HELP } from '../secret-flag.ts'
import { openSession } from '../session.ts'
import { renderTable, text } from '../table.ts'
import { note, printable, type Terminal } from '../terminal.ts'

type Usage = AnswerOf<'getCredentialUsage'>

/** Commands of an administrator beside making and changing: usage, claims, many at once, a new secret. */
export function addCare(group: Command, terminal: Terminal): void {
  group
    .command('usage <name>')
    .description('Who used a credential, who could, and what names it')
    .action(async (name: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const usage = await session.client.call('getCredentialUsage', { params: { name } })
      session.show(usage, renderUsage(terminal))
    })

  group
    .command('claims <name>')
    .description('Facts of the access token and, where it is a JWT, its claims; never the token')
    .action(async (name: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const claims = await session.client.call('getTokenClaims', { params: { name } })
      session.show(claims, (value) => JSON.stringify(value, null, 2).split('\n').map(printable).join('\n'))
    })

  group
    .command('bulk <action> <names...>')
    .description('Pause, resume or exchange many; one that fails stops no other')
    .addHelpText('after', examples('bursar credential bulk pause crm-a crm-b'))
    .action(async (action: string, names: string[], _flags, command: Command) => {
      const session = openSession(command, terminal)
      const result = await session.client.call('changeCredentials', { body: { action, names } })
      session.show(result, ({ items }) =>
        renderTable(
          items,
          [
            { heading: 'NAME', cell: (item) => text(item.name) },
            { heading: 'STATUS', cell: ({ status }) => text(status ?? '–') },
            { heading: 'ERROR', cell: ({ error }) => text(error?.detail ?? '') },
          ],
          terminal.stdout,
        ),
      )
      if (result.failed > 0) process.exitCode = EXIT.failed
    })

  group
    .command('rotate-secret <name>')
    .description('Replace a secret: the new one is tried first, the old one helps out for a while')
    .requiredOption(SECRET_FLAG, SECRET_HELP)
    .option('--keep-old <seconds>', 'how long the old one is used where the new one is refused', '86400')
    .option('--no-validate', 'do not try the new one first')
    .addHelpText(
      'after',
      examples('bursar credential rotate-secret crm --secret client_secret=@new-secret.txt'),
    )
    .action(async (name: string, flags: RotateFlags, command: Command) => {
      const session = openSession(command, terminal)
      const given = Object.entries(await readSecrets([flags.secret], terminal))
      const [secret, value] = given[0]!
      const body = { secret, value, keep_old_seconds: Number(flags.keepOld), validate: flags.validate }
      const result = await session.client.call('rotateSecret', { params: { name }, body })
      session.show(result, ({ validated, old_until }) =>
        [
          `${name} has a new ${secret}${validated ? ', which brought a token' : ''}.`,
          old_until === null ? '' : ` The old one is kept ${relativeTime(old_until, Date.now())}.`,
        ].join(''),
      )
      if (!result.validated) note(terminal, 'It was not tried. Now: bursar credential exchange.')
    })
}

interface RotateFlags {
  secret: string
  keepOld: string
  validate: boolean
}

const renderUsage =
  ({ stdout }: Terminal) =>
  ({ uses, allowed, references }: Usage): string => {
    const nowMs = Date.now()
    const used = renderTable(
      uses,
      [
        { heading: 'CALLER', cell: ({ caller }) => text(caller.name ?? caller.id) },
        { heading: 'BY', cell: ({ delivery }) => text(delivery) },
        { heading: 'USES', cell: (use) => String(use.uses) },
        { heading: 'LAST', cell: ({ last_used_at }) => relativeTime(last_used_at, nowMs) },
      ],
      stdout,
    )
    const may = allowed.map(({ id, name }) => printable(name ?? id)).join(', ') || 'nobody'
    const named = references.map(({ door, kind, id }) => printable(`${door} ${kind} ${id}`)).join(', ')
    return [used, `may use it: ${may}`, ...(named === '' ? [] : [`named by: ${named}`])].join('\n')
  }
