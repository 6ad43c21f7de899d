import { useSyncExternalStore } from 'react'
import styles from './time.module.css'

const UNITS: ReadonlyArray<readonly [Intl.RelativeTimeFormatUnit, number]> = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'long' })
const local = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

let now = Date.now()
const listeners = new Set<() => void>()
let ticking: ReturnType<typeof setInterval> | undefined

function follow(listener: () => void) {
  listeners.add(listener)
  ticking ??= setInterval(() => {
    now = Date.now()
    for (const one of listeners) one()
  }, 10_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(ticking)
    ticking = undefined
  }
}

/** Milliseconds; moves every ten seconds, for all that follow it at once. */
export function useNow(): number {
  return useSyncExternalStore(follow, () => now)
}

/** `in 5 minutes`, `2 days ago`. */
export function relativeText(instant: number, at = Date.now()): string {
  const seconds = (instant - at) / 1000
  const [unit, length] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1]
  if (unit === 'second' && Math.abs(seconds) < 20) return seconds > 5 ? 'in a moment' : 'just now'
  return relative.format(Math.trunc(seconds / length), unit)
}

/** A span: `142 ms`, `3 min`, `2 h 5 min`. */
export function spanText(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} days`
}

/** Both clocks, for whoever compares with a log. */
const bothClocks = (date: Date) =>
  `${local.format(date)} (local)\n${date
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '')} UTC`

/** A moment in words that stay true; the exact time, local and UTC, on hover and focus. */
export function Time({ at, none = 'never' }: { at: string | null | undefined; none?: string }) {
  const present = useNow()
  if (!at) return <span className={styles.none}>{none}</span>
  const date = new Date(at)
  return (
    // The browser's own tooltip: a list has hundreds of these, and it costs nothing until it is wanted.
    <time dateTime={at} className={styles.time} title={bothClocks(date)}>
      {relativeText(date.getTime(), Math.max(present, Date.now() - 10_000))}
    </time>
  )
}
