import { CommanderError } from 'commander'
import { EXIT } from './exit-code.ts'
import { createProgram } from './program.ts'
import { reportFailure } from './report.ts'

/** Runs the command line of this process; its exit code is set when the promise resolves. */
export async function run(): Promise<void> {
  // `bursar … | head` is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    process.exit()
  })
  try {
    await createProgram(process).parseAsync()
  } catch (error) {
    if (!(error instanceof CommanderError)) process.exitCode = reportFailure(process, error)
    // Help and version were asked for; anything else from the parser is usage, and it has said so itself.
    else if (error.exitCode !== 0 || error.code === 'commander.help') process.exitCode = EXIT.usage
  }
}
