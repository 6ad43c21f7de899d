import type { BackupEnd } from '@bursar/broker/server/backup.ts'
import { BursarError } from '@bursar/domain/error.ts'
import type { Command } from 'commander'
import { addFlagsLater, type CommandGroup, examples } from '../command-group.ts'
import { EXIT } from '../exit-code.ts'
import { Failure, usageFailure } from '../failure.ts'
import { show } from '../output.ts'
import { formatOf } from '../session.ts'
import { addSettingFlags, readSettingFlags } from '../setting-flags.ts'
import { renderFacts, text } from '../table.ts'
import { note, type Terminal } from '../terminal.ts'

const REFUSALS = {
  postgres: {
    detail: 'The database is a PostgreSQL server, and is backed up there.',
    hint: 'pg_dump takes one moment of it while the nodes run: docs/operations.md.',
  },
  no_database: {
    detail: 'There is no embedded database in the data folder.',
    hint: 'Name the folder that the server uses: --data-dir, or BURSAR_DATA_DIR.',
  },
  folder_exists: {
    detail: 'There is something at this path already, and a backup replaces nothing.',
    hint: 'Name a new folder, such as backup-$(date +%F).',
  },
} as const

/** `bursar backup` */
export const backupCommand: CommandGroup = (program, terminal) => {
  const command = program.command('backup <folder>')
  addFlagsLater(command, () => addSettingFlags(command))
  command
    .description(
      'Copy the embedded database into a new folder while the server runs; the key ring stays where it is',
    )
    .addHelpText(
      'after',
      examples(
        'bursar backup /backups/bursar-$(date +%F)',
        'bursar backup --data-dir /var/lib/bursar /mnt/bursar',
      ),
    )
    .action(async (folder: string, _flags, self: Command) => {
      const end = await makeBackup(folder, self, terminal)
      if (end.kind === 'refused') {
        const { detail, hint } = REFUSALS[end.why]
        throw usageFailure(detail, hint)
      }
      const { kind: _kind, ...facts } = end
      show(terminal, formatOf(self), facts, () =>
        renderFacts(
          [
            ['folder', text(end.folder)],
            ['database', `${text(end.bytes)} bytes, read once and found sound`],
            ['spooled', end.spooled > 0 ? `${text(end.spooled)} answers that wait for the database` : null],
            ['not in it', text(end.keyring)],
          ],
          terminal.stdout,
        ),
      )
      note(terminal, 'Without the key ring nothing in it opens: keep a copy of that, in another place.')
    })
}

async function makeBackup(folder: string, self: Command, terminal: Terminal): Promise<BackupEnd> {
  const { loadSettings } = await import('@bursar/broker/server/settings.ts')
  const { backUp } = await import('@bursar/broker/server/backup.ts')
  try {
    return await backUp(loadSettings(readSettingFlags(self), terminal.env), folder)
  } catch (error) {
    if (error instanceof BursarError)
      throw new Failure(error.detail, { exitCode: EXIT.usage, problems: error.problems })
    throw new Failure(`The backup was not made: ${(error as Error).message}.`, {
      hint: 'Nothing was left at its path.',
    })
  }
}
