const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(?:Z|([+-])(\d\d):?(\d\d))?)?$/i
const IMF_FIXDATE = /^(?:[a-z]{3,9}, )?(\d{1,2})[ -]([a-z]{3})[ -](\d{4}|\d\d) (\d\d):(\d\d):(\d\d) GMT$/i
const ASCTIME = /^[a-z]{3} ([a-z]{3}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) (\d{4})$/i

/**
 * Unix seconds of an ISO 8601 instant or an HTTP date (RFC 9110 §5.6.7, all three forms).
 * An ISO time without an offset is taken as UTC: the clock of this machine must not decide.
 */
export function parseInstant(text: string): number | undefined {
  const trimmed = text.trim()
  const iso = ISO.exec(trimmed)
  if (iso) {
    const [, year, month, day, hour, minute, second, sign, offsetHours, offsetMinutes] = iso
    const local = instantOf(year, Number(month) - 1, day, hour ?? '0', minute ?? '0', second ?? '0')
    const offset = Number(offsetHours ?? 0) * 3600 + Number(offsetMinutes ?? 0) * 60
    return local === undefined ? undefined : sign === '-' ? local + offset : local - offset
  }
  const http = IMF_FIXDATE.exec(trimmed)
  if (http) {
    const [, day, month, year, hour, minute, second] = http
    return instantOf(fullYear(year!), monthOf(month!), day, hour, minute, second)
  }
  const asctime = ASCTIME.exec(trimmed)
  if (asctime) {
    const [, month, day, hour, minute, second, year] = asctime
    return instantOf(year, monthOf(month!), day, hour, minute, second)
  }
  return undefined
}

const monthOf = (name: string): number => MONTHS.indexOf(name.toLowerCase())

/** RFC 850 years have two digits; none of the instants read here lies before 1970. */
const fullYear = (year: string): number =>
  year.length === 4 ? Number(year) : Number(year) + (Number(year) < 70 ? 2000 : 1900)

/** Undefined where `Date.UTC` would roll a 31 April over into May. */
function instantOf(
  year: string | number | undefined,
  month: number,
  ...rest: Array<string | undefined>
): number | undefined {
  const [day, hour, minute, second] = rest.map(Number) as [number, number, number, number]
  if (month < 0 || month > 11 || hour > 23 || minute > 59 || second > 60) return undefined
  const midnight = Date.UTC(Number(year), month, day)
  if (new Date(midnight).getUTCDate() !== day) return undefined
  return midnight / 1000 + hour * 3600 + minute * 60 + second
}
