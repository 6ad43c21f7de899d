import { BursarError } from '@bursar/domain/error.ts'
import type { Command } from 'commander'
import { addFlagsLater, type CommandGroup, examples } from '../command-group.ts'
import { EXIT } from '../exit-code.ts'
import { Failure } from '../failure.ts'
import { addSettingFlags, readSettingFlags } from '../setting-flags.ts'

/** `bursar serve` */
export const serveCommand: CommandGroup = (program, { env }) => {
  const command = program
    .command('serve')
    .option('--demo', 'a throw-away instance with credentials in every state, for looking around')
  addFlagsLater(command, () => addSettingFlags(command))
  command
    .description(
      'Run the server; standard output is one JSON line an event, on a terminal text (--log-format)',
    )
    .addHelpText(
      'after',
      examples('bursar serve', 'bursar serve --data-dir /var/lib/bursar --port 8787', 'bursar serve --demo'),
    )
    .action(async ({ demo }: { demo?: boolean }, self: Command) => {
      const { serve } = await import('@bursar/broker/server/main.ts')
      try {
        const { demo: _demo, ...flags } = readSettingFlags(self)
        await serve(flags, env, { isDemo: demo === true })
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
