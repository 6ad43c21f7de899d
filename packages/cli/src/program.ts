import { Command } from 'commander'
import { addLateFlags, type CommandGroup, examples } from './command-group.ts'
import { activityCommands } from './commands/activity.ts'
import { appCommands } from './commands/app.ts'
import { appPageCommands } from './commands/app-page.ts'
import { auditCommand } from './commands/audit.ts'
import { backupCommand } from './commands/backup.ts'
import { benchCommand } from './commands/bench.ts'
import { callerCommands } from './commands/caller.ts'
import { consoleCommands } from './commands/console.ts'
import { credentialCommands } from './commands/credential.ts'
import { doctorCommand } from './commands/doctor.ts'
import { explainCommand } from './commands/explain.ts'
import { jwtCommands } from './commands/jwt.ts'
import { keyCommands } from './commands/key.ts'
import { overviewCommands } from './commands/overview.ts'
import { providerCommands } from './commands/provider.ts'
import { reactorCommands } from './commands/reactor.ts'
import { saltKeyCommands } from './commands/salt-key.ts'
import { securityContextCommands } from './commands/security-context.ts'
import { serveCommand } from './commands/serve.ts'
import { settingsCommand } from './commands/settings.ts'
import { signingKeyCommands } from './commands/signing-key.ts'
import { statusCommand } from './commands/status.ts'
import { templateCommands } from './commands/template.ts'
import { tokenCommands } from './commands/token.ts'
import { validateCommand } from './commands/validate.ts'
import { addGlobalFlags } from './session.ts'
import type { Terminal } from './terminal.ts'
import { VERSION } from './version.ts'

/** Every group of commands; a new one is a file and a line here. */
const GROUPS: readonly CommandGroup[] = [
  serveCommand,
  credentialCommands,
  tokenCommands,
  validateCommand,
  explainCommand,
  providerCommands,
  templateCommands,
  callerCommands,
  consoleCommands,
  securityContextCommands,
  saltKeyCommands,
  activityCommands,
  reactorCommands,
  appPageCommands,
  appCommands,
  signingKeyCommands,
  jwtCommands,
  keyCommands,
  auditCommand,
  statusCommand,
  overviewCommands,
  doctorCommand,
  settingsCommand,
  backupCommand,
  benchCommand,
]

export const EXIT_CODES = `
Exit codes:
  0  done
  1  failed: no server, a conflict, a fault
  2  the command or what it was given is not valid
  3  not found
  4  denied: the key, or a destination rule
  5  a person must sign in
  6  the provider or destination failed`

/** The whole command line. */
export function createProgram(terminal: Terminal): Command {
  const program = new Command('bursar')
    .description(
      'A broker for outbound credentials: it keeps them, renews their tokens, and lets them go only where they may.',
    )
    .version(VERSION)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false })
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      writeErr: (text) => terminal.stderr.write(text),
    })
    .addHelpText(
      'after',
      `${examples('bursar serve', 'bursar credential list', 'bursar token get sales-email')}\n${EXIT_CODES}`,
    )
  addGlobalFlags(program)
  for (const add of GROUPS) add(program, terminal)
  addLateFlagsBeforeUse(program)
  explainMisuse(program, program.name())
  return program
}

/** The hook of a command runs before the one below it reads its arguments or prints its help. */
function addLateFlagsBeforeUse(command: Command): void {
  // `help create` would not pass the hook; `create --help` does.
  command.helpCommand(false)
  command.hook('preSubcommand', (_command, chosen) => addLateFlags(chosen))
  for (const inner of command.commands) addLateFlagsBeforeUse(inner)
}

/** What was mistyped is answered with how the command is written, and where more is to be read. */
function explainMisuse(command: Command, words: string): void {
  command.showHelpAfterError(`Usage: ${words} ${command.usage()}\nMore: ${words} --help`)
  for (const inner of command.commands) explainMisuse(inner, `${words} ${inner.name()}`)
}
