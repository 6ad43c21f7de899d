import { SETTINGS } from '@bursar/broker/server/settings-table.ts'
import { Secret } from '@bursar/domain/secret.ts'

/** `docs/settings.md`: every setting, as the table says. */
export function renderSettings(): string {
  const rows = Object.values(SETTINGS).map(
    ({ env, flag, default: value, description }) =>
      `| \`${env}\` | ${flag === null ? '–' : `\`--${flag}\``} | ${shown(value)} | ${description.replaceAll('|', '\\|')} |`,
  )
  return [
    '# Settings',
    '',
    'From flags, then the environment, then a JSON file (`--config FILE` or `BURSAR_CONFIG`, members named as in',
    '`bursar settings`), then the default. `bursar settings` prints each with where it came from. A setting that is wrong',
    'stops the start with one sentence for each problem. This page is made from the table by `npm run docs`.',
    '',
    '| environment | flag | default | meaning |',
    '|---|---|---|---|',
    ...rows,
    '',
    'A secret has no flag: arguments can be read by every user of a machine.',
    '',
  ].join('\n')
}

function shown(value: unknown): string {
  if (value === null || value instanceof Secret) return '–'
  if (Array.isArray(value)) return value.length === 0 ? '–' : `\`${value.map(shownOne).join(',')}\``
  return `\`${value}\``
}

const shownOne = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'role' in value && 'value' in value
    ? `${value.role}=${value.value}`
    : String(value)
