import { setTimeout as wait } from 'node:timers/promises'
import type { AnswerOf } from '@bursar/domain/api/table.ts'
import type { Command } from 'commander'
import { type CommandGroup, examples } from '../command-group.ts'
import { relativeTime } from '../relative-time.ts'
import { openSession } from '../session.ts'
import { renderTable, text } from '../table.ts'
import { note, printable, type Terminal } from '../terminal.ts'

type Keys = AnswerOf<'getKeys'>

const LOOK_EVERY_MS = 500

/** `bursar key …` */
export const keyCommands: CommandGroup = (program, terminal) => {
  const group = program
    .command('key')
    .description('Look at the keys that everything is sealed with, and rotate them')

  group
    .command('status')
    .description('Show key ring, data keys and how far a rotation is')
    .action(async (_flags, command: Command) => {
      const session = openSession(command, terminal)
      session.show(await session.client.call('getKeys'), renderKeys(terminal))
    })

  group
    .command('rotate')
    .description(
      'Give everything new keys while the server runs; a rotation that was interrupted goes on by itself',
    )
    .option('--keep-ring', 'add no key to the ring: move to the one that is active in it')
    .option('--wait', 'return when it is done')
    .addHelpText('after', examples('bursar key rotate --wait', 'bursar key rotate --keep-ring'))
    .action(async (flags: { keepRing?: boolean; wait?: boolean }, command: Command) => {
      const session = openSession(command, terminal)
      const body = { ring: flags.keepRing ? 'keep' : 'new' }
      let keys = await session.client.call('rotateKeys', { body })
      while (flags.wait && keys.rotation?.state !== 'done') {
        await wait(LOOK_EVERY_MS)
        keys = await session.client.call('getKeys')
      }
      session.show(keys, renderKeys(terminal))
      if (!flags.wait) note(terminal, 'How far it is: bursar key status.')
    })
}

const renderKeys =
  ({ stdout }: Terminal) =>
  ({ origin, ring, rotation }: Keys): string => {
    const table = renderTable(
      ring,
      [
        { heading: 'RING KEY', cell: ({ id }) => text(id) },
        { heading: 'STATE', cell: ({ active, data_keys }) => stateOf(active, data_keys) },
        { heading: 'DATA KEYS', cell: ({ data_keys }) => String(data_keys) },
      ],
      stdout,
    )
    return [`key ring: ${printable(origin)}`, table, renderRotation(rotation)].join('\n')
  }

const stateOf = (active: boolean, dataKeys: number): string =>
  active ? 'active' : dataKeys > 0 ? 'needed' : 'for older backups only'

function renderRotation(rotation: Keys['rotation']): string {
  if (rotation === null) return 'The keys were never rotated.'
  const { state, done, total, waiting_for, ended_at } = rotation
  if (state === 'done') return `Rotated ${relativeTime(ended_at, Date.now())}: ${done} values sealed again.`
  const waiting = waiting_for.length === 0 ? '' : `; waiting for ${waiting_for.map(printable).join(', ')}`
  return `Rotating (${state}): ${done} of ${total} values sealed again${waiting}.`
}
