import { styleText } from 'node:util'

type Fields = Readonly<Record<string, unknown>>

const COLOURS = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' } as const

/**
 * A log line for somebody who reads along in a terminal: local time, level, event, fields as `name=value`. Values
 * that hold more than letters, digits and plain marks are JSON, so that a line stays one line whatever is in it.
 */
export function textLine(json: string): string {
  const { level, time, event, ...fields } = JSON.parse(json) as Fields
  const clock = new Date(time as string).toLocaleTimeString('en-GB')
  const colour = COLOURS[level as keyof typeof COLOURS] ?? 'red'
  const head = [styleText('dim', clock), styleText(colour, String(level).padEnd(5)), String(event)]
  return `${[...head, ...Object.entries(fields).map(pair)].join(' ')}\n`
}

const pair = ([name, value]: [string, unknown]) => `${styleText('dim', `${name}=`)}${plain(value)}`

const plain = (value: unknown) =>
  typeof value === 'string' && /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value)

/** What the start says apart from the log. */
export type Announcement =
  | { event: 'admin_key'; key: string; hint: string }
  | { event: 'console_link'; url: string; expires_at: string; hint: string }
  | { event: 'listening'; url: string; console: string; version: string; [more: string]: unknown }

/** An announcement for somebody who reads along: set off from the log around it, what is to be copied alone. */
export function announcementText(announcement: Announcement): string {
  switch (announcement.event) {
    case 'admin_key':
      return block('Admin key', announcement.key, announcement.hint)
    case 'console_link':
      return block('Console', announcement.url, announcement.hint)
    case 'listening': {
      const { url, console, version } = announcement
      return block(`Bursar ${version} serves`, url, `Console: ${console} · Ctrl+C ends it.`)
    }
  }
}

const block = (title: string, value: string, note: string) =>
  `\n  ${styleText('bold', title)}\n  ${value}\n  ${styleText('dim', note)}\n`
