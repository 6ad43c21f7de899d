import { readFileSync } from 'node:fs'
import { TEMPLATE_PROFILES, type TemplateProfile } from '@bursar/domain/template/engine.ts'
import { type Command, Option } from 'commander'
import { readBodyFile } from '../body-file.ts'
import { type CommandGroup, examples } from '../command-group.ts'
import { usageFailure } from '../failure.ts'
import { openSession } from '../session.ts'
import { readStandardInput } from '../standard-input.ts'
import type { Terminal } from '../terminal.ts'
import { unreadableFile } from '../unreadable-file.ts'

interface RenderFlags {
  file: string
  context?: string
  profile: TemplateProfile
}

/** `bursar template` */
export const templateCommands: CommandGroup = (program, terminal) => {
  const template = program.command('template').description('Templates of recipes')
  template
    .command('render')
    .description('Render a template, and say where it fails')
    .requiredOption('-f, --file <path>', 'the template; - is standard input')
    .option('--context <path>', 'JSON or YAML with what the template sees: authData, response, userContext')
    .addOption(
      new Option('--profile <name>', 'what of the language may be used')
        .choices(Object.keys(TEMPLATE_PROFILES))
        .default('destination_sdk'),
    )
    .addHelpText('after', examples('bursar template render -f body.peb --context context.json'))
    .action(async ({ file, context, profile }: RenderFlags, command: Command) => {
      if (file === '-' && context === '-')
        throw usageFailure('Standard input can not be both the template and its context.')
      const session = openSession(command, terminal)
      const body = {
        template: await readTemplate(file, terminal),
        context: context === undefined ? {} : await readBodyFile(context, terminal),
        profile,
      }
      const rendering = await session.client.call('renderTemplate', { body })
      session.show(rendering, ({ output }) => output)
    })
}

async function readTemplate(path: string, terminal: Terminal): Promise<string> {
  if (path === '-') return readStandardInput(terminal)
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw unreadableFile(path, error)
  }
}
