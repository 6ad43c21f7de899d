import { readFileSync } from 'node:fs'
import { BursarError, type Problem } from '@bursar/domain/error.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { SETTINGS, type SettingName, type Settings } from './settings-table.ts'
import { sourceFault } from './source-settings.ts'

type Environment = Readonly<Record<string, string | undefined>>
type Flags = Readonly<Record<string, string | undefined>>

export type Origin = 'flag' | 'environment' | 'file' | 'default'

interface Found {
  raw: string | undefined
  origin: Origin
}

/**
 * Reads every setting from flags, environment and file, in that order. Throws `settings.invalid` with every
 * problem at once.
 */
export function loadSettings(flags: Flags, env: Environment): Settings {
  const problems: Problem[] = []
  const file = readSettingsFile(flags.config ?? env.BURSAR_CONFIG, problems)
  const values: Record<string, unknown> = {}
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const setting = SETTINGS[name]
    const { raw, origin } = find(name, flags, env, file)
    try {
      values[name] = raw === undefined ? setting.default : setting.parse(raw)
    } catch (error) {
      const where = origin === 'environment' ? setting.env : origin === 'flag' ? `--${setting.flag}` : name
      problems.push({
        path: `/${name}`,
        code: 'settings.invalid',
        detail: `${where}: ${(error as Error).message}`,
        hint: setting.description,
      })
    }
  }
  for (const name of Object.keys(file)) {
    if (!Object.hasOwn(SETTINGS, name)) {
      problems.push({ path: `/${name}`, code: 'settings.invalid', detail: `There is no setting "${name}".` })
    }
  }
  const { leaseSeconds, upstreamDeadlineSeconds } = values as Partial<Settings>
  if (problems.length === 0 && upstreamDeadlineSeconds! * 2 > leaseSeconds!) {
    problems.push({
      path: '/upstreamDeadlineSeconds',
      code: 'settings.invalid',
      detail: `BURSAR_UPSTREAM_DEADLINE_SECONDS (${upstreamDeadlineSeconds}) has to be at most half of BURSAR_LEASE_SECONDS (${leaseSeconds}).`,
      hint: 'An exchange has to end well before its lease does, or two nodes could make it.',
    })
  }
  const { ssoIssuer, ssoClientId } = values as Partial<Settings>
  if (problems.length === 0 && (ssoIssuer === null) !== (ssoClientId === null)) {
    problems.push({
      path: ssoIssuer === null ? '/ssoIssuer' : '/ssoClientId',
      code: 'settings.invalid',
      detail: 'Single sign-on wants both BURSAR_SSO_ISSUER and BURSAR_SSO_CLIENT_ID.',
      hint: 'Set both, or neither.',
    })
  }
  const fault = problems.length === 0 ? sourceFault(values as unknown as Settings) : null
  if (fault !== null) problems.push({ path: '/awsAccessKeyId', code: 'settings.invalid', detail: fault })
  if (problems.length > 0) {
    throw new BursarError('settings.invalid', {
      detail: problems.map((problem) => problem.detail).join(' '),
      problems,
    })
  }
  return values as unknown as Settings
}

/** A member of a list: a text, or a role with its value. */
const showOne = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'role' in value && 'value' in value
    ? `${value.role}=${value.value}`
    : String(value)

/** All settings with their value (secrets masked), origin and meaning; what `bursar settings` prints. */
export function describeSettings(
  flags: Flags,
  env: Environment,
): Array<{
  name: string
  flag: string | null
  env: string
  value: string
  origin: Origin
  description: string
}> {
  const settings = loadSettings(flags, env)
  const file = readSettingsFile(flags.config ?? env.BURSAR_CONFIG, [])
  return (Object.keys(SETTINGS) as SettingName[]).map((name) => ({
    name,
    flag: SETTINGS[name].flag === null ? null : `--${SETTINGS[name].flag}`,
    env: SETTINGS[name].env,
    value: show(settings[name]),
    origin: find(name, flags, env, file).origin,
    description: SETTINGS[name].description,
  }))
}

function find(name: SettingName, flags: Flags, env: Environment, file: Flags): Found {
  const setting = SETTINGS[name]
  const flag = setting.flag === null ? undefined : flags[setting.flag]
  if (flag !== undefined) return { raw: flag, origin: 'flag' }
  // An empty variable is how many systems write "not set".
  if (env[setting.env] !== undefined && env[setting.env] !== '')
    return { raw: env[setting.env], origin: 'environment' }
  if (file[name] !== undefined) return { raw: file[name], origin: 'file' }
  return { raw: undefined, origin: 'default' }
}

function readSettingsFile(path: string | undefined, problems: Problem[]): Flags {
  if (path === undefined || path === '') return {}
  try {
    const document: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (document === null || typeof document !== 'object' || Array.isArray(document)) throw new TypeError()
    return Object.fromEntries(
      Object.entries(document).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(',') : String(value),
      ]),
    )
  } catch {
    const detail = `The settings file ${path} can not be read as a JSON object.`
    problems.push({ path: '/config', code: 'settings.invalid', detail })
    return {}
  }
}

function show(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (value instanceof Secret) return '[secret]'
  if (Array.isArray(value)) return value.map(showOne).join(',')
  if (typeof value === 'object' && 'host' in value && 'port' in value) return `${value.host}:${value.port}`
  if (typeof value === 'object') return JSON.stringify(value)
  // A database URL may carry a password.
  return String(value).replace(/^(\w+:\/\/[^:/@]+):[^@]*@/, '$1:[secret]@')
}
