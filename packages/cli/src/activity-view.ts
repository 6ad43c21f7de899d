import { renderFacts, renderTable, text } from './table.ts'
import { note, printable, styled, type Terminal } from './terminal.ts'

export interface ActivityAnswer {
  key: string
  status: string
  name: string | null
  type: string
  url: string
  securityContextKey: string | null
  timeout: number
  retryCount: number
  retryDelay: number
  concurrentRequests: number
  phases: string[]
  outcomes: string[]
  source: string | null
  problems?: Array<{ path: string; detail: string; hint?: string }>
}

export interface DriveAnswer {
  key: string
  status: string
  phases: Array<{ phase: string; outcome: string; httpStatus?: number; detail?: string }>
}

export interface RunAnswer {
  id: string
  status: string
  lines: number
  counts: Record<string, number>
  startedAt: string
}

export interface ResultAnswer {
  line?: number
  contactKey?: string
  status: string
  attempts: number
  branchResult?: string
  outArguments?: Record<string, unknown>
  mayBeRepeated?: true
  reason?: { code: string; detail: string }
}

export const renderActivity =
  ({ stdout }: Terminal) =>
  (activity: ActivityAnswer): string =>
    renderFacts(
      [
        ['key', text(activity.key)],
        ['status', text(activity.status)],
        ['name', activity.name && text(activity.name)],
        ['type', text(activity.type)],
        ['url', text(activity.url)],
        ['security context', text(activity.securityContextKey)],
        ['phases', activity.phases.map(text).join(', ')],
        ['outcomes', activity.outcomes.map(text).join(', ')],
        ['timeout', text(`${activity.timeout} ms`)],
        ['retries', text(`${activity.retryCount}, ${activity.retryDelay} ms apart`)],
        ['at once', text(activity.concurrentRequests)],
        ['source', activity.source && text(activity.source)],
      ],
      stdout,
    )

/** What keeps an activity from being published: said, though it was taken. */
export function noteProblems(terminal: Terminal, { problems = [] }: ActivityAnswer): void {
  for (const { path, detail, hint } of problems) {
    const mark = styled('yellow', 'not ready:', terminal.stderr)
    note(terminal, `${mark} ${printable(path)}  ${printable(detail)}`)
    if (hint !== undefined) note(terminal, `    ${printable(hint)}`)
  }
}

export const renderActivities = ({ stdout }: Terminal, items: readonly ActivityAnswer[]): string =>
  renderTable(
    items,
    [
      { heading: 'KEY', cell: ({ key }) => text(key) },
      { heading: 'STATUS', cell: ({ status }) => text(status) },
      { heading: 'TYPE', cell: ({ type }) => text(type) },
      { heading: 'SECURITY CONTEXT', cell: ({ securityContextKey }) => text(securityContextKey) },
      { heading: 'NAME', cell: ({ name }) => text(name) },
    ],
    stdout,
  )

export const renderDrive =
  ({ stdout }: Terminal) =>
  ({ key, status, phases }: DriveAnswer): string =>
    renderFacts(
      [
        ['key', text(key)],
        ['status', text(status)],
        ...phases.map(
          ({ phase, outcome, httpStatus, detail }) =>
            [
              phase,
              text([outcome.replaceAll('_', ' '), httpStatus, detail].filter(Boolean).join(', ')),
            ] as const,
        ),
      ],
      stdout,
    )

export const renderRuns = ({ stdout }: Terminal, items: readonly RunAnswer[]): string =>
  renderTable(
    items,
    [
      { heading: 'RUN', cell: ({ id }) => text(id) },
      { heading: 'STATUS', cell: ({ status }) => text(status) },
      { heading: 'LINES', cell: ({ lines }) => text(lines) },
      { heading: 'CONTACTS', cell: ({ counts }) => text(renderCounts(counts)) },
      { heading: 'STARTED', cell: ({ startedAt }) => text(startedAt) },
    ],
    stdout,
  )

/** `1200 sent, 3 ejected`: what there is none of is not said. */
export function renderCounts(counts: Readonly<Record<string, number>>): string {
  const names: Record<string, string> = { repeated: 'maybe repeated' }
  const said = Object.entries(counts).filter(([, number]) => number > 0)
  return said.length === 0 ? 'none' : said.map(([name, n]) => `${n} ${names[name] ?? name}`).join(', ')
}

export const renderResult =
  ({ stdout }: Terminal) =>
  (result: ResultAnswer): string =>
    renderFacts(
      [
        ['contact', text(result.contactKey)],
        ['status', text(result.status)],
        ['reason', result.reason && text(`${result.reason.code}: ${result.reason.detail}`)],
        ['branch', result.branchResult && text(result.branchResult)],
        ...Object.entries(result.outArguments ?? {}).map(
          ([name, value]) => [text(name), text(value)] as const,
        ),
        ['attempts', text(result.attempts)],
        ['note', result.mayBeRepeated && 'The activity may have received it more than once.'],
      ],
      stdout,
    )
