import { BursarError } from '@bursar/domain/error.ts'
import { type Keyring, keyringOf, parseKeyringText } from './keyring.ts'
import { loadKeyringFile } from './keyring-file.ts'

export interface KeyringSettings {
  /** `file:PATH` or `env:NAME`; null is `keyring.json` in the data directory. */
  source: string | null
  dataDir: string
  env: Readonly<Record<string, string | undefined>>
}

export interface LoadedKeyring {
  keyring: Keyring
  /** Where it came from, for people. */
  origin: string
  /** True when the file was missing and has just been written with a random key. */
  created: boolean
}

/** Loads the ring that the setting `keyring` names. */
export async function loadKeyring({ source, dataDir, env }: KeyringSettings): Promise<LoadedKeyring> {
  const setting = source ?? `file:${dataDir}/keyring.json`
  const [, scheme, rest] = /^([a-z-]+):(.+)$/s.exec(setting) ?? []
  const load = scheme !== undefined && Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined
  if (load && rest) return load(rest, env)
  throw new BursarError('settings.invalid', {
    detail: `The setting keyring has the ${scheme ? `unknown scheme "${scheme}"` : 'form of no key ring'}.`,
    path: '/keyring',
    hint: `Supported: ${Object.keys(SCHEMES)
      .map((name) => `${name}:…`)
      .join(', ')}.`,
  })
}

type LoadScheme = (rest: string, env: KeyringSettings['env']) => Promise<LoadedKeyring>

const SCHEMES: Readonly<Record<string, LoadScheme>> = {
  file: async (path) => ({ ...(await loadKeyringFile(path)), origin: path }),
  env: async (name, env) => ({ keyring: readVariable(name, env), origin: `env:${name}`, created: false }),
}

function readVariable(name: string, env: KeyringSettings['env']): Keyring {
  const text = env[name]?.trim()
  const where = `environment variable ${name}`
  if (text) return text.startsWith('{') ? parseKeyringText(text, where) : keyringOf(text, where)
  throw new BursarError('settings.invalid', {
    detail: `The key ring should be in the environment variable ${name}, which is not set.`,
    path: '/keyring',
    hint: 'It wants the base64 of 32 random bytes (openssl rand -base64 32), or the JSON of a key ring.',
  })
}
