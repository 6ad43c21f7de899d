/** Spans that a trail is looked at in most. */
export const SPANS = [
  { value: '1h', title: 'the last hour', seconds: 3600 },
  { value: '24h', title: 'the last 24 hours', seconds: 86_400 },
  { value: '7d', title: 'the last 7 days', seconds: 604_800 },
  { value: '30d', title: 'the last 30 days', seconds: 2_592_000 },
  { value: 'between', title: 'between two moments', seconds: 0 },
] as const

export interface TimeRange {
  from?: string
  to?: string
}

const MINUTE_MS = 60_000

/** What a choice means now; to the minute, so that the same question stays the same for a while. */
export function rangeOf(span: string, from: string, to: string, nowMs: number): TimeRange {
  const known = SPANS.find(({ value }) => value === span)
  if (known === undefined) return {}
  if (known.value === 'between') {
    return { ...(isInstant(from) && { from }), ...(isInstant(to) && { to }) }
  }
  const start = Math.floor((nowMs - known.seconds * 1000) / MINUTE_MS) * MINUTE_MS
  return { from: new Date(start).toISOString() }
}

const isInstant = (text: string) => text !== '' && !Number.isNaN(Date.parse(text))

/** An instant as `datetime-local` has it: by the person's own clock. */
export function toLocal(instant: string): string {
  if (!isInstant(instant)) return ''
  const date = new Date(instant)
  return new Date(date.getTime() - date.getTimezoneOffset() * MINUTE_MS).toISOString().slice(0, 16)
}

export const fromLocal = (local: string): string => (isInstant(local) ? new Date(local).toISOString() : '')
