const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const

/** How far an instant is from now: `in 42 min`, `3 d ago`, `now`; a dash where there is none. */
export function relativeTime(instant: string | null | undefined, nowMs: number): string {
  if (instant === null || instant === undefined) return '–'
  const seconds = Math.round((Date.parse(instant) - nowMs) / 1000)
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['s', 1]
  if (seconds === 0) return 'now'
  const count = Math.floor(Math.abs(seconds) / size)
  return seconds > 0 ? `in ${count} ${unit}` : `${count} ${unit} ago`
}
