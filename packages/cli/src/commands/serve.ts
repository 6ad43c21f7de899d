import { BursarError } from '@bursar/domain/error.ts'
import type { Command } from 'commander'
import { addFlagsLater, type CommandGroup, examples } from '../command-group.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { addSettingFlags, readSettingFlags } from '../setting-flags.ts'

/** `bursar serve` */
export const serveCommand: CommandGroup = (program, { env }) => {
  const command = program.command('serve')
  addFlagsLater(command, () => addSettingFlags(command))
  command
    .description('Run the server; standard output is one JSON line an event')
    .addHelpText('after', examples('bursar serve', 'bursar serve --data-dir /var/lib/bursar --port 8787'))
    .action(async (_flags, self: Command) => {
      const { serve } = await import('@bursar/broker/server/main.ts')
      try {
        await serve(readSettingFlags(self), env)
      } catch (error) {
        throw error instanceof BursarError ? asFailure(error) : error
      }
    })
}

/** A setting that can not be used is a matter of usage. */
const asFailure = ({ code, detail, hint, problems }: BursarError): Failure =>
  new Failure(detail, {
    hint,
    problems,
    code,
    exitCode: code === 'settings.invalid' ? EXIT.usage : EXIT.failed,
  })
