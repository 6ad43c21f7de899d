import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { SIGNING_ALGORITHMS } from '@bursar/domain/exchange.ts'
import { type Command, Option } from 'commander'
import { type CommandGroup, examples } from '../command-group.ts'
import { relativeTime } from '../relative-time.ts'
import { readSecretSource } from '../secret-flag.ts'
import { openSession } from '../session.ts'
import { renderTable, text } from '../table.ts'
import { note, printable, type Terminal } from '../terminal.ts'

type SigningKey = AnswerOf<'getSigningKey'>

const KEY = [
  '--key <source>',
  'a key that exists: - (standard input), @path or env:VAR; made when absent',
] as const

/** `bursar signing-key …` */
export const signingKeyCommands: CommandGroup = (program, terminal) => {
  const group = program.command('signing-key').description('Keep the keys that sign JWTs of apps')

  group
    .command('create <name>')
    .description('Create a signing key; the secret of an HS algorithm is printed this once')
    .addOption(new Option('--alg <name>', 'signature algorithm').choices(SIGNING_ALGORITHMS).default('ES256'))
    .option(...KEY)
    .addHelpText('after', examples('bursar signing-key create loyalty-2026 --alg ES256'))
    .action(async (name: string, flags: { alg: string; key?: string }, command: Command) => {
      const session = openSession(command, terminal)
      const body = { name, algorithm: flags.alg, ...(await readKey(flags.key, terminal)) }
      const made = await session.client.call('createSigningKey', { body })
      session.show(made, ({ secret }) => secret ?? renderKeys(terminal, [made]))
    })

  group
    .command('list')
    .description('List signing keys')
    .action(async (_flags, command: Command) => {
      const session = openSession(command, terminal)
      session.show(await session.client.call('listSigningKeys', { query: { limit: 500 } }), ({ items }) =>
        renderKeys(terminal, items),
      )
    })

  group
    .command('get <name>')
    .description('Show a signing key and its rotation')
    .action(async (name: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      session.show(await session.client.call('getSigningKey', { params: { name } }), (key) =>
        renderKeys(terminal, [key]),
      )
    })

  group
    .command('rotate <name>')
    .description('Bring the next key')
    .option(...KEY)
    .option('--activate-in <seconds>', 'when it begins to sign; 600 by default, 0 for a shared secret')
    .option('--overlap <seconds>', 'how long the one before still verifies after that; a day by default')
    .action(
      async (
        name: string,
        flags: { key?: string; activateIn?: string; overlap?: string },
        command: Command,
      ) => {
        const session = openSession(command, terminal)
        const body = {
          ...(await readKey(flags.key, terminal)),
          ...(flags.activateIn !== undefined && { activate_in_seconds: Number(flags.activateIn) }),
          ...(flags.overlap !== undefined && { overlap_seconds: Number(flags.overlap) }),
        }
        const key = await session.client.call('rotateSigningKey', { params: { name }, body })
        session.show(key, ({ secret }) => secret ?? renderKeys(terminal, [key]))
      },
    )

  group
    .command('delete <name>')
    .description('Delete a signing key that no page signs with')
    .action(async (name: string, _flags, command: Command) => {
      await openSession(command, terminal).client.call('deleteSigningKey', { params: { name } })
      note(terminal, printable(`Deleted ${name}.`))
    })
}

const readKey = async (source: string | undefined, terminal: Terminal) =>
  source === undefined ? {} : { key: await readSecretSource('key', source, terminal) }

function renderKeys({ stdout }: Terminal, keys: ReadonlyArray<Omit<SigningKey, 'secret'>>): string {
  const nowMs = Date.now()
  return renderTable(
    keys.flatMap(({ name, algorithm, keys: versions }) =>
      versions.map((version) => ({ name, algorithm, ...version })),
    ),
    [
      { heading: 'NAME', cell: ({ name }) => text(name) },
      { heading: 'ALGORITHM', cell: ({ algorithm }) => text(algorithm) },
      { heading: 'KID', cell: ({ kid }) => text(kid) },
      { heading: 'STATUS', cell: ({ status }) => text(status) },
      { heading: 'SIGNS FROM', cell: ({ active_at }) => relativeTime(active_at, nowMs) },
      { heading: 'ENDS', cell: ({ ends_at }) => relativeTime(ends_at, nowMs) },
    ],
    stdout,
  )
}
