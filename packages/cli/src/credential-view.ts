import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { relativeTime } from './relative-time.ts'
import { type Column, renderFacts, renderTable, text } from './table.ts'
import { styled, type Terminal } from './terminal.ts'

export type Credential = AnswerOf<'getCredential'>
type Exchange = AnswerOf<'exchangeCredential'>

/** A status never stands by colour alone. */
const STATUSES: Record<
  Credential['status'],
  { symbol: string; style: 'green' | 'yellow' | 'red' | 'cyan' | 'dim' }
> = {
  active: { symbol: '●', style: 'green' },
  pending: { symbol: '◌', style: 'cyan' },
  degraded: { symbol: '▲', style: 'yellow' },
  needs_sign_in: { symbol: '?', style: 'yellow' },
  broken: { symbol: '✗', style: 'red' },
  paused: { symbol: '‖', style: 'dim' },
}

export function renderStatus(status: Credential['status'], stream: NodeJS.WriteStream): string {
  const { symbol, style } = STATUSES[status] ?? { symbol: ' ', style: 'dim' }
  return styled(style, `${symbol} ${status.replaceAll('_', ' ')}`, stream)
}

export function renderCredentials({ stdout }: Terminal, nowMs: number) {
  const columns: Array<Column<Credential>> = [
    { heading: 'NAME', cell: ({ name }) => text(name) },
    { heading: 'STATUS', cell: ({ status }) => renderStatus(status, stdout) },
    { heading: 'GRANT', cell: ({ recipe }) => text(recipe.grant) },
    { heading: 'PROVIDER', cell: ({ provider }) => text(provider?.name) },
    { heading: 'TOKEN ENDS', cell: ({ token }) => renderEnd(token, nowMs) },
    { heading: 'CHANGED', cell: ({ updated_at }) => relativeTime(updated_at, nowMs) },
  ]
  return (items: readonly Credential[]): string => renderTable(items, columns, stdout)
}

export const renderCredential =
  ({ stdout }: Terminal, nowMs: number) =>
  (credential: Credential): string => {
    const { reason, token, recipe, last_exchange: last } = credential
    return renderFacts(
      [
        ['name', text(credential.name)],
        ['status', renderStatus(credential.status, stdout)],
        [
          'reason',
          reason && `${text(reason.detail)} (${text(reason.code)}, ${relativeTime(reason.since, nowMs)})`,
        ],
        ['can be mended by', reason && reason.who !== 'nobody' ? text(reason.who) : null],
        ['hint', reason?.hint && text(reason.hint)],
        ['grant', text(recipe.grant)],
        [
          'provider',
          credential.provider && `${text(credential.provider.name)} v${credential.provider.version}`,
        ],
        ['token', token && `version ${token.version}, ${text(token.type)}`],
        ['token ends', token && `${renderEnd(token, nowMs)}${renderSource(token.expires_from)}`],
        ['next refresh', token?.refresh_due_at && relativeTime(token.refresh_due_at, nowMs)],
        ['last exchange', last && `${text(last.kind)}, ${relativeTime(last.started_at, nowMs)}`],
        [
          'destinations',
          credential.destinations.map(renderDestination).join('\n') || 'none: the token goes nowhere',
        ],
        ['secrets', Object.entries(credential.secrets).map(renderSecret).join('\n')],
        ['environment', credential.environment && text(credential.environment)],
        [
          'labels',
          Object.entries(credential.labels)
            .map(([name, value]) => text(`${name}=${value}`))
            .join(', '),
        ],
        ['created', relativeTime(credential.created_at, nowMs)],
        ['changed', relativeTime(credential.updated_at, nowMs)],
      ],
      stdout,
    )
  }

export function renderExchange({ stdout }: Terminal, nowMs: number) {
  return (exchange: Exchange): string => {
    const error = exchange.error as { code?: string; detail?: string; hint?: string } | undefined
    const token = exchange.token as { version?: number; expires_at?: string | null } | undefined
    return renderFacts(
      [
        ['exchange', text(exchange.id)],
        ['credential', text(exchange.credential)],
        ['outcome', renderKind(exchange.kind, stdout)],
        ['error', error && `${text(error.code)}${error.detail ? `: ${text(error.detail)}` : ''}`],
        ['hint', error?.hint && text(error.hint)],
        [
          'token',
          token?.version ? `version ${token.version}, ends ${renderInstant(token.expires_at, nowMs)}` : null,
        ],
        ['started', relativeTime(exchange.started_at, nowMs)],
        ['took', `${exchange.duration_ms} ms`],
        ['asked for by', text(exchange.trigger)],
      ],
      stdout,
    )
  }
}

export function renderExchanges({ stdout }: Terminal, nowMs: number) {
  const columns: Array<Column<Exchange>> = [
    { heading: 'STARTED', cell: ({ started_at }) => relativeTime(started_at, nowMs) },
    { heading: 'OUTCOME', cell: ({ kind }) => renderKind(kind, stdout) },
    { heading: 'TOOK', cell: ({ duration_ms }) => `${duration_ms} ms` },
    { heading: 'ASKED FOR BY', cell: ({ trigger }) => text(trigger) },
    { heading: 'ID', cell: ({ id }) => text(id) },
  ]
  return (items: readonly Exchange[]): string => renderTable(items, columns, stdout)
}

const renderKind = (kind: string, stream: NodeJS.WriteStream): string =>
  kind === 'token'
    ? styled('green', '✓ token', stream)
    : styled('red', `✗ ${text(kind).replaceAll('_', ' ')}`, stream)

const renderInstant = (instant: string | null | undefined, nowMs: number): string =>
  instant ? relativeTime(instant, nowMs) : 'at no known time'

const renderEnd = (token: Credential['token'], nowMs: number): string =>
  token === null ? '–' : token.expires_at === null ? 'no known end' : relativeTime(token.expires_at, nowMs)

const renderSource = (source: string | null): string =>
  source && source !== 'none' ? ` (from ${source})` : ''

const renderDestination = (destination: Credential['destinations'][number]): string =>
  typeof destination === 'string'
    ? text(destination)
    : text(`${destination.methods.join(',')} ${destination.url}`)

function renderSecret([name, { reference }]: [string, { reference?: object | undefined }]): string {
  if (reference === undefined) return `${name} (sealed)`
  const { from, name: variable, path } = reference as { from: string; name?: string; path?: string }
  return text(`${name} (${from} ${variable ?? path})`)
}
