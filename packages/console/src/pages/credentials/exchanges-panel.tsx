import { ChevronRight, CircleCheck, CircleX, Clock } from 'lucide-react'
import { useUrlFilters } from '../../table/url-filters.ts'
import { usePages } from '../../table/use-pages.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Chip, type Tone } from '../../ui/status-chip.tsx'
import { spanText, Time } from '../../ui/time.tsx'
import type { Exchange } from './credential.ts'
import styles from './detail.module.css'
import { ExchangeRecord } from './exchange-record.tsx'

const TRIGGERS: Readonly<Record<string, string>> = {
  create: 'when it was added',
  due: 'was due',
  forced: 'asked for',
  use: 'needed by a caller',
  rejected: 'destination answered 401',
  consent: 'after a sign-in',
}

/** What was asked and answered, newest first; each opens to its steps, request and answer. */
export function ExchangesPanel({ name }: { name: string }) {
  const filters = useUrlFilters()
  const list = usePages<Exchange>(
    '/v1/credentials/{name}/exchanges',
    { limit: 50 },
    { params: { name }, refetchInterval: 10_000 },
  )
  const open = filters.get('exchange')
  if (list.error) return <ErrorNotice error={list.error} onRetry={list.retry} />
  if (list.isLoading) return <Skeleton lines={5} />
  if (list.rows.length === 0) {
    return <p className={styles.quiet}>Nothing has been asked yet.</p>
  }
  return (
    <Card flush>
      <ul className={styles.exchanges}>
        {list.rows.map((exchange) => (
          <li key={exchange.id}>
            <details
              open={exchange.id === open || undefined}
              onToggle={({ currentTarget, target }) => {
                if (target !== currentTarget) return
                const isOpen = currentTarget.open
                if (isOpen && open !== exchange.id) filters.set({ exchange: exchange.id })
                if (!isOpen && open === exchange.id) filters.set({ exchange: null })
              }}
            >
              <summary className={styles.exchange}>
                <ChevronRight size={16} aria-hidden="true" className={styles.turn} />
                <Outcome kind={exchange.kind} />
                <span className={styles.what}>{summaryOf(exchange)}</span>
                <span className={styles.quiet}>{TRIGGERS[exchange.trigger] ?? exchange.trigger}</span>
                <span className={styles.quiet}>{spanText(exchange.duration_ms / 1000)}</span>
                <Time at={exchange.started_at} />
              </summary>
              <div className={styles.inside}>
                <ExchangeRecord record={exchange} />
              </div>
            </details>
          </li>
        ))}
      </ul>
      {list.hasMore && (
        <div className={styles.more}>
          <Button tone="quiet" onClick={list.loadMore}>
            Show older ones
          </Button>
        </div>
      )}
    </Card>
  )
}

const OUTCOMES: Readonly<Record<string, { text: string; tone: Tone }>> = {
  token: { text: 'Token', tone: 'good' },
  refused: { text: 'Refused', tone: 'bad' },
  unavailable: { text: 'Unavailable', tone: 'warn' },
  no_answer: { text: 'No answer', tone: 'bad' },
  unreadable: { text: 'Unreadable', tone: 'bad' },
  unresolved: { text: 'Secret missing', tone: 'bad' },
  unrendered: { text: 'Template failed', tone: 'bad' },
  in_doubt: { text: 'In doubt', tone: 'warn' },
  awaiting: { text: 'Awaiting', tone: 'info' },
  needs_consent: { text: 'Needs sign-in', tone: 'warn' },
}

function Outcome({ kind }: { kind: string }) {
  const { text, tone } = OUTCOMES[kind] ?? { text: kind, tone: 'rest' as const }
  const icon = tone === 'good' ? CircleCheck : tone === 'bad' ? CircleX : Clock
  return <Chip tone={tone} icon={icon} text={text} />
}

function summaryOf(exchange: Exchange): string {
  const error = exchange.error as { code?: string; detail?: string | null } | undefined
  if (error) return error.detail || error.code || ''
  const response = exchange.response as { status?: number } | undefined
  const request = exchange.request as { url?: string } | undefined
  if (request?.url === undefined) return 'Nobody had to be asked.'
  return `${new URL(request.url).host}${response ? ` answered ${response.status}` : ''}`
}
