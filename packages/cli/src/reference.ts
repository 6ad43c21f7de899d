import type { Command, Help, Option } from 'commander'
import { addLateFlags } from './command-group.ts'
import { EXIT_CODES } from './program.ts'

/** `docs/cli.md`, made from the definitions of the commands. */
export async function renderCliReference(program: Command): Promise<string> {
  const help = program.createHelp()
  const commands = leavesOf(program)
  for (const command of commands) await addLateFlags(command)
  const global = `## Flags of every command\n\n${renderOptions(help.visibleOptions(program))}`
  const sections = commands.map((command) => renderCommand(command, help))
  const index = commands.map(
    (command) => `| [\`${nameOf(command)}\`](#${anchorOf(command)}) | ${command.description()} |`,
  )
  const parts = [
    INTRODUCTION,
    ['| command | what |', '|---|---|', ...index].join('\n'),
    CONVENTIONS,
    global,
    ...sections,
  ]
  return `${parts.join('\n\n')}\n`
}

const INTRODUCTION = `# The command line

<!-- Made from packages/cli/src by \`npm run docs\`; a test fails when it is stale. -->

\`BURSAR_URL\` says where the server is, \`BURSAR_KEY\` holds the key. In a clone, \`npm run -s bursar --\` stands
for \`bursar\`.`

const CONVENTIONS = `Standard output is data only; progress, notes and errors go to standard error. \`-o table\` is for people,
\`-o json\` and \`-o yaml\` are what the [API](api.md) answers. Colours only on a terminal, and not with \`NO_COLOR\`.

Secrets come from standard input (\`--secret client_secret=-\`, asked for without echo on a terminal), a file
(\`client_secret=@path\`) or a variable (\`client_secret=env:VAR\`), or stay where they are (\`ref:env:VAR\`,
\`ref:file:/path\`, read by the server). They never stand in the arguments, and neither does the key.
${EXIT_CODES.replace('Exit codes:\n', '| exit code | meaning |\n|---|---|\n').replaceAll(/^ {2}(\d) {2}(.+)$/gm, '| $1 | $2 |')}`

/** The commands that do something, in the order they were added. */
function leavesOf(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf)
}

function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`
}

const anchorOf = (command: Command): string => nameOf(command).replaceAll(' ', '-')

function renderCommand(command: Command, help: Help): string {
  const own = help.visibleOptions(command).filter(({ long }) => long !== '--help')
  const parts = [`## ${nameOf(command)}`, `${command.description()}.`]
  const term = command.registeredArguments.map((argument) =>
    argument.required ? `<${argument.name()}>` : `[${argument.name()}]`,
  )
  parts.push(
    `\`\`\`\n${[nameOf(command), ...term, ...(own.length > 0 ? ['[flags]'] : [])].join(' ')}\n\`\`\``,
  )
  if (own.length > 0) parts.push(renderOptions(own))
  return parts.join('\n\n')
}

function renderOptions(options: readonly Option[]): string {
  const rows = options.map(({ flags, description, argChoices, defaultValue }) => {
    const choices = argChoices && `one of ${argChoices.map((choice) => `\`${choice}\``).join(', ')}`
    const standard = typeof defaultValue === 'string' ? `\`${defaultValue}\` by default` : undefined
    return `| \`${flags}\` | ${[description, choices, standard].filter(Boolean).join('; ').replaceAll('|', '\\|')} |`
  })
  return ['| flag | |', '|---|---|', ...rows].join('\n')
}
