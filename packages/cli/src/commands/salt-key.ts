import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import { type CommandGroup, examples } from '../command-group.ts'
import { relativeTime } from '../relative-time.ts'
import { readSecretSource } from '../secret-flag.ts'
import { openSession } from '../session.ts'
import { renderTable, text } from '../table.ts'
import { note, printable, type Terminal } from '../terminal.ts'

interface SaltKey {
  externalKey: string
  name: string
  bytes: number
  createdAt: string
  updatedAt: string
}

const BASE = '/marketing-cloud/salt-keys'
const pathOf = (externalKey: string): string => `${BASE}/${encodeURIComponent(externalKey)}`

const KEY = [
  '--key-from <source>',
  'a key that exists, 0x and hexadecimal digits: - (standard input), @path or env:VAR; 32 random bytes when absent',
] as const

/** `bursar salt-key …` */
export const saltKeyCommands: CommandGroup = (program, terminal) => {
  const group = program
    .command('salt-key')
    .description('Keep Salt keys of Marketing Cloud: they sign what activities with useJwt are sent')

  group
    .command('create <key>')
    .description('Create a Salt key by its external key; one that is made here is printed this once')
    .option('--name <text>', 'what people call it; the external key when absent')
    .option(...KEY)
    .addHelpText(
      'after',
      examples(
        'bursar salt-key create orders-2026 > orders-2026.key',
        'vault kv get -field=salt kv/orders | bursar salt-key create orders --key-from -',
      ),
    )
    .action(async (externalKey: string, flags: { name?: string; keyFrom?: string }, command: Command) => {
      const session = openSession(command, terminal)
      const { key, made } = await readKey(flags.keyFrom, terminal)
      const body = { name: flags.name ?? externalKey, externalKey, key }
      const saved = await session.door.call<SaltKey>('POST', BASE, body)
      session.show({ ...saved, ...made }, () => made.key ?? renderKeys(terminal, [saved]))
    })

  group
    .command('list')
    .description('List Salt keys; the keys themselves are never shown')
    .action(async (_flags, command: Command) => {
      const session = openSession(command, terminal)
      const page = await session.door.call<{ items: SaltKey[] }>('GET', `${BASE}?limit=500`)
      session.show(page, ({ items }) => renderKeys(terminal, items))
    })

  group
    .command('get <key>')
    .description('Show a Salt key without its bytes')
    .action(async (externalKey: string, _flags, command: Command) => {
      const session = openSession(command, terminal)
      const found = await session.door.call<SaltKey>('GET', pathOf(externalKey))
      session.show(found, (key) => renderKeys(terminal, [key]))
    })

  group
    .command('rotate <key>')
    .description('Sign with another key from now on; activities have to know it before')
    .option(...KEY)
    .addHelpText('after', examples('bursar salt-key rotate orders-2026 --key-from @next.key'))
    .action(async (externalKey: string, flags: { keyFrom?: string }, command: Command) => {
      const session = openSession(command, terminal)
      const { key, made } = await readKey(flags.keyFrom, terminal)
      const saved = await session.door.call<SaltKey>('PATCH', pathOf(externalKey), { key })
      session.show({ ...saved, ...made }, () => made.key ?? renderKeys(terminal, [saved]))
    })

  group
    .command('delete <key>')
    .description('Delete a Salt key; endpoints that name it are not called any more')
    .action(async (externalKey: string, _flags, command: Command) => {
      await openSession(command, terminal).door.call('DELETE', pathOf(externalKey))
      note(terminal, printable(`Deleted ${externalKey}.`))
    })
}

/** A key from where the flag says, else a new one, which is then `made` here and has to be shown. */
async function readKey(
  source: string | undefined,
  terminal: Terminal,
): Promise<{ key: string; made: { key?: string } }> {
  if (source !== undefined) return { key: await readSecretSource('key', source, terminal), made: {} }
  const key = `0x${randomBytes(32).toString('hex')}`
  return { key, made: { key } }
}

function renderKeys({ stdout }: Terminal, keys: readonly SaltKey[]): string {
  const nowMs = Date.now()
  return renderTable(
    keys,
    [
      { heading: 'EXTERNAL KEY', cell: ({ externalKey }) => text(externalKey) },
      { heading: 'NAME', cell: ({ name }) => text(name) },
      { heading: 'BYTES', cell: ({ bytes }) => text(bytes) },
      { heading: 'MADE', cell: ({ createdAt }) => relativeTime(createdAt, nowMs) },
      { heading: 'CHANGED', cell: ({ updatedAt }) => relativeTime(updatedAt, nowMs) },
    ],
    stdout,
  )
}
