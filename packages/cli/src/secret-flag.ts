import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { SECRET_NAMES, type SecretName } from '@bursar/domain/grants/grant.ts'
import {
  OUTSIDE_REFERENCES,
  type OutsideReference,
  type SourceName,
} from '@bursar/domain/outside-reference.ts'
import { usageFailure } from './failure.ts'
import { readSecretInput, withoutNewline } from './standard-input.ts'
import type { Terminal } from './terminal.ts'
import { unreadableFile } from './unreadable-file.ts'

/** A secret as the API takes it: a value, or a reference to where it lives. */
export type SecretBody = string | OutsideReference

export const SECRET_FLAG = '-s, --secret <name=source>'
export const SECRET_HELP =
  'a secret and where it comes from, repeatable: name=- (standard input), name=@path (this file now), ' +
  'name=env:VAR (this variable now), name=ref:env:VAR, name=ref:file:/path, name=ref:aws:secret-name:key or ' +
  'name=ref:azure:secret-name (the server reads it there)'

const SOURCES =
  'One of name=-, name=@path, name=env:VAR, name=ref:env:VAR, name=ref:file:/path, ' +
  'name=ref:aws:secret-name:key, name=ref:azure:secret-name.'

/** Reads the secrets of `--secret`. The value itself is refused: every user of a machine can see arguments. */
export async function readSecrets(
  flags: readonly string[],
  terminal: Terminal,
): Promise<Record<SecretName, SecretBody>> {
  const sources = flags.map(splitFlag)
  if (sources.filter(({ source }) => source === '-').length > 1)
    throw usageFailure(
      'Only one secret can come from standard input.',
      'Name files or variables for the others.',
    )
  const secrets: Record<SecretName, SecretBody> = {}
  for (const { name, source } of sources) {
    if (secrets[name] !== undefined) throw usageFailure(`The secret ${name} is given twice.`)
    secrets[name] = await readSecret(name, source, terminal)
  }
  return secrets
}

function splitFlag(flag: string): { name: SecretName; source: string } {
  const at = flag.indexOf('=')
  const name = flag.slice(0, at)
  // What was given may be a secret in the wrong place, so no message repeats it.
  if (at === -1) throw usageFailure('A --secret is not name=source.', SOURCES)
  // Recipes declare names of their own; the server knows them.
  if (!/^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(name))
    throw usageFailure(
      'A --secret has a name that no secret has.',
      `Names are ${SECRET_NAMES.join(', ')}, and those of secret fields.`,
    )
  return { name, source: flag.slice(at + 1) }
}

async function readSecret(name: SecretName, source: string, terminal: Terminal): Promise<SecretBody> {
  if (source === '-') return filled(name, await readSecretInput(terminal, name))
  if (source.startsWith('@')) return filled(name, readSecretFile(name, source.slice(1)))
  const reference = /^ref:([a-z]+):(.+)$/s.exec(source)
  if (reference !== null && isSourceName(reference[1]!)) return referenceTo(reference[1], reference[2]!)
  if (source.startsWith('env:')) return filled(name, readVariable(name, source.slice(4), terminal))
  throw usageFailure(`The value of ${name} may not stand in the arguments, where others can see it.`, SOURCES)
}

const isSourceName = (text: string): text is SourceName => Object.hasOwn(OUTSIDE_REFERENCES, text)

const referenceTo = (from: SourceName, place: string): OutsideReference =>
  from === 'file' ? { from, path: resolve(place) } : { from, name: place }

/** One secret of a flag of its own: `-`, `@path` or `env:VAR`. What was given is never repeated. */
export async function readSecretSource(name: string, source: string, terminal: Terminal): Promise<string> {
  if (source === '-') return filled(name, await readSecretInput(terminal, name))
  if (source.startsWith('@')) return filled(name, readSecretFile(name, source.slice(1)))
  if (source.startsWith('env:')) return filled(name, readVariable(name, source.slice(4), terminal))
  throw usageFailure(
    `The ${name} may not stand in the arguments, where others can see it.`,
    'One of - (standard input), @path, env:VAR.',
  )
}

function filled(name: string, value: string): string {
  if (value === '') throw usageFailure(`The secret ${name} is empty.`)
  return value
}

function readSecretFile(name: string, path: string): string {
  try {
    return withoutNewline(readFileSync(path, 'utf8'))
  } catch (error) {
    throw unreadableFile(`The file of ${name}`, error)
  }
}

function readVariable(name: string, variable: string, { env }: Terminal): string {
  const value = env[variable]
  if (value !== undefined) return value
  throw usageFailure(
    `The variable for ${name} is not set here.`,
    `If the server has it, write ${name}=ref:env:VAR instead.`,
  )
}
