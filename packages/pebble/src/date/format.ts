import { type DateTime, dateTimeOf, weekNumber, weekOf } from './calendar.ts'
import { MONTHS, shortName, WEEKDAYS } from './names.ts'
import { parsePattern } from './pattern.ts'
import type { Zone } from './zone.ts'

/** An instant and how a zone shows it. */
interface Moment {
  readonly time: DateTime
  readonly epochMs: number
  readonly offsetMs: number
  readonly zone: Zone
}

type Field = (moment: Moment, count: number) => string

/** Formats an instant with a pattern of Java's `SimpleDateFormat`, locale en_US. */
export function formatDate(epochMs: number, pattern: string, zone: Zone): string {
  const offsetMs = zone.offsetAt(epochMs)
  const moment = { time: dateTimeOf(epochMs, offsetMs), epochMs, offsetMs, zone }
  return parsePattern(pattern)
    .map((part) => (part.kind === 'text' ? part.text : (FIELDS[part.letter] as Field)(moment, part.count)))
    .join('')
}

function number(value: number, count: number): string {
  return value < 0 ? `-${number(-value, count)}` : String(value).padStart(count, '0')
}

function numeric(read: (time: DateTime) => number): Field {
  return ({ time }, count) => number(read(time), count)
}

/** Two letters show two digits, any other number shows the whole year. */
function year(value: number, count: number): string {
  return count === 2 ? number(value % 100, 2) : number(value, count)
}

const month: Field = ({ time }, count) => {
  const name = MONTHS[time.month - 1] as string
  if (count > 3) return name
  return count === 3 ? shortName(name) : number(time.month, count)
}

/** `±hhmm`, with a separator between hours and minutes. */
export function offsetText(offsetMs: number, separator: string): string {
  const minutes = Math.floor(Math.abs(offsetMs) / 60_000)
  return `${offsetMs < 0 ? '-' : '+'}${number(Math.floor(minutes / 60), 2)}${separator}${number(minutes % 60, 2)}`
}

function isoOffset(offsetMs: number, count: number): string {
  if (offsetMs === 0) return 'Z'
  if (count === 1) return offsetText(offsetMs, '').slice(0, 3)
  return offsetText(offsetMs, count === 3 ? ':' : '')
}

const FIELDS: Readonly<Record<string, Field>> = {
  G: ({ time }) => time.era,
  y: ({ time }, count) => year(time.year, count),
  Y: ({ time }, count) => year(weekOf(time).weekYear, count),
  M: month,
  L: month,
  w: numeric((time) => weekOf(time).week),
  W: numeric((time) => weekNumber(time.day, time.weekday)),
  D: numeric((time) => time.dayOfYear),
  d: numeric((time) => time.day),
  F: numeric((time) => Math.ceil(time.day / 7)),
  E: ({ time }, count) => {
    const name = WEEKDAYS[time.weekday] as string
    return count > 3 ? name : shortName(name)
  },
  u: numeric((time) => time.weekday || 7),
  a: ({ time }) => (time.hour < 12 ? 'AM' : 'PM'),
  H: numeric((time) => time.hour),
  k: numeric((time) => time.hour || 24),
  K: numeric((time) => time.hour % 12),
  h: numeric((time) => time.hour % 12 || 12),
  m: numeric((time) => time.minute),
  s: numeric((time) => time.second),
  S: numeric((time) => time.millisecond),
  z: ({ zone, epochMs }, count) => zone.nameAt(epochMs, count > 3),
  Z: ({ offsetMs }) => offsetText(offsetMs, ''),
  X: ({ offsetMs }, count) => isoOffset(offsetMs, count),
}
