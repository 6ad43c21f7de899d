import { BursarError } from '@bursar/domain/error.ts'
import type { Command } from 'commander'
import { addFlagsLater, type CommandGroup } from '../command-group.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { show } from '../output.ts'
import { formatOf } from '../session.ts'
import { addSettingFlags, readSettingFlags } from '../setting-flags.ts'
import { renderTable, text } from '../table.ts'
import { styled } from '../terminal.ts'

/** `bursar settings` */
export const settingsCommand: CommandGroup = (program, terminal) => {
  const command = program.command('settings')
  addFlagsLater(command, () => addSettingFlags(command))
  command
    .description(
      'Show every setting of the server, as `bursar serve` would read it here, and where it comes from',
    )
    .action(async (_flags, self: Command) => {
      const { describeSettings } = await import('@bursar/broker/server/settings.ts')
      const settings = readOrFail(() => describeSettings(readSettingFlags(self), terminal.env))
      show(terminal, formatOf(self), settings, (rows) =>
        renderTable(
          rows,
          [
            { heading: 'SETTING', cell: ({ env }) => text(env) },
            { heading: 'VALUE', cell: ({ value }) => text(value === '' ? '–' : value) },
            {
              heading: 'FROM',
              cell: ({ origin }) =>
                origin === 'default' ? styled('dim', origin, terminal.stdout) : text(origin),
            },
            { heading: 'FLAG', cell: ({ flag }) => text(flag) },
            { heading: 'WHAT', cell: ({ description }) => text(description) },
          ],
          terminal.stdout,
        ),
      )
    })
}

function readOrFail<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof BursarError)) throw error
    throw new Failure('Some settings can not be used.', { exitCode: EXIT.usage, problems: error.problems })
  }
}
