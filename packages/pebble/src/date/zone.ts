import { abbreviationOf } from './zone-names.ts'

/** A time zone. */
export interface Zone {
  /** Milliseconds that local time is ahead of UTC at an instant. */
  offsetAt(epochMs: number): number
  /** The name that is in use at an instant, in full or abbreviated. */
  nameAt(epochMs: number, full: boolean): string
}

const MINUTE_MS = 60_000
const YEAR_1900 = Date.UTC(1900, 0, 1)
/** A day on each side of the year: one of them has standard time. */
const WINTER = Date.UTC(2024, 0, 1)
const SUMMER = Date.UTC(2024, 6, 1)
/** Zones whose names do not speak of standard time. */
const UNSPECIFIC = new Set(['CET', 'EET', 'WET'])
const CUSTOM = /^GMT([+-])(\d{1,2})(?::?(\d{2}))?$/

/** Three-letter names that Java keeps from earlier days; the first three have no daylight saving time. */
const LEGACY: ReadonlyMap<string, string> = new Map([
  ['EST', 'Etc/GMT+5'],
  ['MST', 'Etc/GMT+7'],
  ['HST', 'Etc/GMT+10'],
  ['PST', 'America/Los_Angeles'],
  ['CST', 'America/Chicago'],
  ['IST', 'Asia/Kolkata'],
  ['JST', 'Asia/Tokyo'],
  ['ECT', 'Europe/Paris'],
  ['AET', 'Australia/Sydney'],
  ['ACT', 'Australia/Darwin'],
  ['AGT', 'America/Argentina/Buenos_Aires'],
  ['AST', 'America/Anchorage'],
  ['ART', 'Africa/Cairo'],
  ['BET', 'America/Sao_Paulo'],
  ['BST', 'Asia/Dhaka'],
  ['CAT', 'Africa/Harare'],
  ['CNT', 'America/St_Johns'],
  ['CTT', 'Asia/Shanghai'],
  ['EAT', 'Africa/Addis_Ababa'],
  ['IET', 'America/Indiana/Indianapolis'],
  ['MIT', 'Pacific/Apia'],
  ['NET', 'Asia/Yerevan'],
  ['NST', 'Pacific/Auckland'],
  ['PLT', 'Asia/Karachi'],
  ['PNT', 'America/Phoenix'],
  ['PRT', 'America/Puerto_Rico'],
  ['SST', 'Pacific/Guadalcanal'],
  ['VST', 'Asia/Ho_Chi_Minh'],
])

const FIXED_NAMES: ReadonlyMap<string, readonly [full: string, short: string]> = new Map([
  ['EST', ['Eastern Standard Time', 'EST']],
  ['MST', ['Mountain Standard Time', 'MST']],
  ['HST', ['Hawaii-Aleutian Standard Time', 'HST']],
])

export const UTC: Zone = {
  offsetAt: () => 0,
  nameAt: (_epochMs, full) => (full ? 'Coordinated Universal Time' : 'UTC'),
}

const GMT: Zone = {
  offsetAt: () => 0,
  nameAt: (_epochMs, full) => (full ? 'Greenwich Mean Time' : 'GMT'),
}

/** The zone that Java finds under a name; an unknown name is GMT. */
export function zoneOf(id: string): Zone {
  if (id === 'UTC' || id === 'Etc/UTC') return UTC
  if (id === 'GMT') return GMT
  const custom = CUSTOM.exec(id)
  if (custom) return fixedZone(custom[1] === '-' ? -1 : 1, Number(custom[2]), Number(custom[3] ?? 0))
  // Java's names are case sensitive, those of Intl are not.
  if (!/^[A-Z]/.test(id) || /\/[a-z]/.test(id)) return GMT
  try {
    return namedZone(id)
  } catch {
    return GMT
  }
}

function fixedZone(sign: number, hours: number, minutes: number): Zone {
  if (hours > 23 || minutes > 59) return GMT
  const offsetMs = sign * (hours * 60 + minutes) * MINUTE_MS
  const digits = (value: number) => String(value).padStart(2, '0')
  const name = offsetMs === 0 ? 'GMT' : `GMT${sign < 0 ? '-' : '+'}${digits(hours)}:${digits(minutes)}`
  return { offsetAt: () => offsetMs, nameAt: () => name }
}

function namedZone(id: string): Zone {
  const timeZone = LEGACY.get(id) ?? id
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const offsetAt = (epochMs: number) => localMs(clock, epochMs) - Math.floor(epochMs / 1000) * 1000
  // Java knows no local mean times: before 1900 the standard time of today holds.
  const standard = offsetAt(SUMMER) < offsetAt(WINTER) ? SUMMER : WINTER
  const known = (epochMs: number) => (epochMs < YEAR_1900 ? standard : epochMs)
  return {
    offsetAt: (epochMs) => offsetAt(known(epochMs)),
    nameAt(epochMs, full) {
      const fixed = FIXED_NAMES.get(id)
      if (fixed) return fixed[full ? 0 : 1]
      const name = intlName(timeZone, known(epochMs), 'long')
      if (!full) return abbreviationOf(name) ?? intlName(timeZone, known(epochMs), 'short')
      return UNSPECIFIC.has(id) ? name.replace('Standard Time', 'Time') : name
    },
  }
}

/** Local time as if it were UTC, in milliseconds. */
function localMs(clock: Intl.DateTimeFormat, epochMs: number): number {
  const fields: Record<string, string> = {}
  for (const { type, value } of clock.formatToParts(epochMs)) fields[type] = value
  const field = (name: string) => Number(fields[name])
  const year = fields.era === 'BC' ? 1 - field('year') : field('year')
  const date = new Date(0)
  date.setUTCFullYear(year, field('month') - 1, field('day'))
  date.setUTCHours(field('hour'), field('minute'), field('second'))
  return date.getTime()
}

function intlName(timeZone: string, epochMs: number, timeZoneName: 'long' | 'short'): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName }).formatToParts(epochMs)
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone
}
