import { type Command, Option } from 'commander'

const loadTable = async () =>
  Object.values((await import('@bursar/broker/server/settings-table.ts')).SETTINGS)

/** A flag for each setting that is not a secret; those have only their variable. */
export async function addSettingFlags(command: Command): Promise<void> {
  command.option('--config <path>', 'file with settings, as a JSON object (BURSAR_CONFIG)')
  for (const { flag, env, description } of await loadTable())
    if (flag !== null)
      command.addOption(new Option(`--${flag} <value>`, `${description} (${env})`).helpGroup('Settings:'))
  const secrets = (await loadTable()).filter(({ flag }) => flag === null)
  command.addHelpText(
    'after',
    `\nOnly from the environment, since others can see arguments:\n${secrets
      .map(({ env, description }) => `  ${env}  ${description}`)
      .join('\n')}`,
  )
}

/** The flags that were given, by their names without dashes in front. */
export function readSettingFlags(command: Command): Record<string, string | undefined> {
  const own = command.options.map((option) => [
    option.long!.slice(2),
    command.getOptionValue(option.attributeName()),
  ])
  return Object.fromEntries(own)
}
