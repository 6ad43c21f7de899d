import { SECRET_NAMES } from '@bursar/domain/grants/grant.ts'
import { type Command, Option } from 'commander'
import { readBodyFile } from './body-file.ts'
import { usageFailure } from './failure.ts'
import { addRecipeFlags, readPairs, readRecipeFlags } from './recipe-flags.ts'
import { readSecrets, SECRET_FLAG, SECRET_HELP } from './secret-flag.ts'
import type { Terminal } from './terminal.ts'

const collect = (value: string, before: string[] = []): string[] => [...before, value]

interface CredentialFlags {
  file?: string
  provider?: string
  environment?: string
  destination?: string[]
  label?: string[]
  secret?: string[]
}

/** The flags that describe a credential, by themselves or over a file. */
export function addCredentialFlags(command: Command): void {
  command
    .option('-f, --file <path>', 'JSON or YAML with the members of the API; - is standard input')
    .option(SECRET_FLAG, SECRET_HELP, collect)
    .option('--provider <name>', 'the provider whose recipe is used')
    .option(
      '--destination <rule>',
      'where the token may go, repeatable: a URL, with methods in front where not all are meant ("GET,HEAD https://…")',
      collect,
    )
    .option('--environment <name>', 'the environment it belongs to')
    .option('--label <name=value>', 'a label, repeatable', collect)
  for (const name of SECRET_NAMES) command.addOption(refusedFlag(name))
  addRecipeFlags(command)
}

/** What people try first; the answer says how it goes, and does not repeat what they wrote. */
function refusedFlag(name: string): Option {
  const flag = `--${name.replaceAll('_', '-')}`
  return new Option(`${flag} [value]`).hideHelp().argParser(() => {
    throw usageFailure(
      `There is no ${flag}: others can see arguments, and a secret must not stand in them.`,
      `--secret ${name}=- (standard input), ${name}=@path (a file) or ${name}=env:VAR (a variable).`,
    )
  })
}

/** The body that file and flags make together; a flag wins over the file. */
export async function readCredentialBody(
  command: Command,
  terminal: Terminal,
): Promise<Record<string, unknown>> {
  const flags = command.opts<CredentialFlags>()
  if (flags.file === '-' && flags.secret?.some((secret) => secret.endsWith('=-')))
    throw usageFailure('Standard input can not be both the file and a secret.')
  const file = flags.file === undefined ? {} : await readBodyFile(flags.file, terminal)
  const { provider, environment, destination, label, secret } = flags
  const body = {
    ...file,
    ...(provider !== undefined && { provider }),
    ...(environment !== undefined && { environment }),
    ...(destination && { destinations: destination.map(readDestination) }),
  }
  return {
    ...body,
    ...laidOver('recipe', file, readRecipeFlags(command)),
    ...laidOver('labels', file, readPairs('--label', label ?? [])),
    ...laidOver('secrets', file, await readSecrets(secret ?? [], terminal)),
  }
}

/** Members from flags over those of the file; nothing where the flags say nothing. */
function laidOver(member: string, file: Record<string, unknown>, own: object): Record<string, unknown> {
  if (Object.keys(own).length === 0) return {}
  return { [member]: { ...(file[member] as object | undefined), ...own } }
}

function readDestination(written: string): string | { url: string; methods: string[] } {
  const [, methods, url] = /^([A-Za-z]+(?:,[A-Za-z]+)*) +(\S.*)$/.exec(written) ?? []
  return methods === undefined ? written : { url: url!, methods: methods.toUpperCase().split(',') }
}
