/** A point in time as a calendar shows it. Months and days of the month are counted from 1, Sunday is day 0. */
export interface DateTime {
  readonly era: 'BC' | 'AD'
  /** In the era, from 1. */
  readonly year: number
  readonly month: number
  readonly day: number
  readonly weekday: number
  readonly dayOfYear: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond: number
}

const DAY_MS = 86_400_000
/** Days from 1970-01-01 to 1582-10-15, when Java's calendar turns from Julian to Gregorian. */
const CUTOVER = -141_427

/** The calendar's view of milliseconds since 1970 at an offset from UTC. */
export function dateTimeOf(epochMs: number, offsetMs: number): DateTime {
  const local = epochMs + offsetMs
  const days = Math.floor(local / DAY_MS)
  const ms = local - days * DAY_MS
  const { year, month, day } = civilOf(days)
  return {
    era: year > 0 ? 'AD' : 'BC',
    year: year > 0 ? year : 1 - year,
    month,
    day,
    weekday: modulo(days + 4, 7),
    dayOfYear: days - daysOf(year, 1, 1) + 1,
    hour: Math.floor(ms / 3_600_000),
    minute: Math.floor(ms / 60_000) % 60,
    second: Math.floor(ms / 1000) % 60,
    millisecond: ms % 1000,
  }
}

/** Days since 1970 of a date whose month and day may be out of their range; year 0 is 1 BC. */
export function daysOf(year: number, month: number, day: number): number {
  const y = year + Math.floor((month - 1) / 12)
  const m = modulo(month - 1, 12) + 1
  const gregorian = monthStart(y, m, true) + day - 1
  return gregorian >= CUTOVER ? gregorian : monthStart(y, m, false) + day - 1
}

/** Days since 1970 of the first of a month. Years begin in March here, so that a leap day comes last. */
function monthStart(year: number, month: number, gregorian: boolean): number {
  const y = month > 2 ? year : year - 1
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5)
  const leapDays = Math.floor(y / 4) + (gregorian ? Math.floor(y / 400) - Math.floor(y / 100) : -2)
  return y * 365 + leapDays + dayOfYear - 719_468
}

function civilOf(days: number): { year: number; month: number; day: number } {
  const gregorian = days >= CUTOVER
  const yearLength = gregorian ? 365.2425 : 365.25
  let year = Math.floor(days / yearLength) + 1971
  while (monthStart(year, 1, gregorian) > days) year--
  let month = 12
  while (monthStart(year, month, gregorian) > days) month--
  return { year, month, day: days - monthStart(year, month, gregorian) + 1 }
}

/** Week of the year and the year it belongs to, as in the USA: weeks start on Sunday, 1 January is in week 1. */
export function weekOf(time: DateTime): { week: number; weekYear: number } {
  const year = time.era === 'AD' ? time.year : 1 - time.year
  const nextYear = daysOf(year + 1, 1, 1)
  const today = daysOf(year, 1, 1) + time.dayOfYear - 1
  const weekStart = today - time.weekday
  if (weekStart + 6 >= nextYear) return { week: 1, weekYear: year + 1 }
  return { week: weekNumber(time.dayOfYear, time.weekday), weekYear: year }
}

/** The number of the week in a month or year, from the day in it and its weekday. */
export function weekNumber(day: number, weekday: number): number {
  return Math.floor((day - 1 - weekday + 13) / 7)
}

function modulo(a: number, b: number): number {
  return a - b * Math.floor(a / b)
}
