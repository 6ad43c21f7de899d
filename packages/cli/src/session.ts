import { readFileSync } from 'node:fs'
import { type Command, Option } from 'commander'
import { type Client, createClient } from './client.ts'
import { createDoorClient, type DoorClient } from './door-client.ts'
import { usageFailure } from './failure.ts'
import { FORMATS, type Format, show } from './output.ts'
import type { Terminal } from './terminal.ts'
import { unreadableFile } from './unreadable-file.ts'

/** What a command that talks to the server needs. */
export interface Session {
  client: Client
  /** For requests that are not made by the client. */
  key: string | undefined
  /** To doors whose calls are not in the table of the native API. */
  door: DoorClient
  terminal: Terminal
  /** Writes data as the user asked for it. */
  show<T>(value: T, render: (value: T) => string): void
}

interface GlobalFlags {
  url?: string
  keyFile?: string
  output: Format
  json?: boolean
}

/** The flags that every command takes. */
export function addGlobalFlags(program: Command): Command {
  return program
    .option('--url <url>', 'where the server is (BURSAR_URL, else http://127.0.0.1:8787)')
    .option('--key-file <path>', 'file that holds the key (else BURSAR_KEY)')
    .addOption(new Option('-o, --output <format>', 'how data is written').choices(FORMATS).default('table'))
    .option('--json', 'the same as -o json')
    .addOption(new Option('--key [key]').hideHelp().argParser(refuseKey))
}

function refuseKey(): never {
  throw usageFailure(
    'There is no --key: others can see arguments, and a key must not stand in them.',
    'Set BURSAR_KEY, or name a file with --key-file.',
  )
}

export const formatOf = (command: Command): Format => {
  const { json, output } = command.optsWithGlobals<GlobalFlags>()
  return json ? 'json' : output
}

/** Opens the client with the settings of flags and environment. */
export function openSession(command: Command, terminal: Terminal): Session {
  const flags = command.optsWithGlobals<GlobalFlags>()
  const format = formatOf(command)
  const [url, key] = [readUrl(flags, terminal), readKey(flags, terminal)]
  return {
    client: createClient(url, key),
    key,
    door: createDoorClient(url, key),
    terminal,
    show: (value, render) => show(terminal, format, value, render),
  }
}

function readUrl({ url }: GlobalFlags, { env }: Terminal): string {
  const written = url ?? (env.BURSAR_URL || 'http://127.0.0.1:8787')
  if (/^https?:$/.test(URL.parse(written)?.protocol ?? '')) return written
  throw usageFailure('The URL of the server is not an http or https URL.', 'See --url and BURSAR_URL.')
}

function readKey({ keyFile }: GlobalFlags, { env }: Terminal): string | undefined {
  const key = (keyFile === undefined ? env.BURSAR_KEY : readKeyFile(keyFile))?.trim()
  if (key === undefined || key === '') return undefined
  if (/^[\x21-\x7e]+$/.test(key)) return key
  throw usageFailure('The key has characters that no key has.', 'Look at BURSAR_KEY or the key file.')
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw unreadableFile(`The key file ${path}`, error)
  }
}
