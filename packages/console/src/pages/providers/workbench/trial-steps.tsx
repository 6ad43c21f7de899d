import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { type ExchangeMessage, messageText } from '../../../exchange/message.ts'
import { Trace, type TraceStep } from '../../../exchange/trace.tsx'
import { CodeBlock } from '../../../ui/code-block.tsx'
import { Notice } from '../../../ui/notice.tsx'
import { Time } from '../../../ui/time.tsx'
import styles from './trial-steps.module.css'

/** The redacted record of a dry run, as Bursar tells it. */
export interface TrialRecord {
  kind: string
  duration_ms?: number
  request?: ExchangeMessage
  response?: ExchangeMessage & { status: number }
  trace?: TraceStep[]
  error?: {
    code: string
    detail?: string | null
    hint?: string | null
    path?: string
    line?: number
    excerpt?: string
  }
  token?: {
    type: string | null
    expires_at: string | null
    expires_from: string | null
    refresh_due_at: string | null
  }
  notes?: Array<{ code: string; detail: string }>
  hints?: string[]
  response_fields?: Array<{ name: string; from?: string; value?: string; error?: string }>
  validations?: Array<{ name: string; passed: boolean; actual?: string; expected?: string; error?: string }>
}

type State = 'good' | 'bad' | 'warn'
const ICONS = { good: CircleCheck, bad: CircleX, warn: TriangleAlert }
const WORDS = { good: 'went well', bad: 'failed', warn: 'look at this' }

/** What happened, one step after the other: asked, answered, read, judged. */
export function TrialSteps({ record }: { record: TrialRecord }) {
  const { kind, request, response, trace, error, token, hints = [], notes = [], duration_ms } = record
  const fields = (record.response_fields ?? []).filter(
    ({ value, error }) => value !== undefined || error !== undefined,
  )
  const validations = record.validations ?? []
  const isGood = kind === 'token'
  return (
    <ol className={styles.steps}>
      {request && (
        <Step state="good" title="Request">
          <CodeBlock label="request" copyable={false} text={messageText(request)} />
        </Step>
      )}
      {trace && trace.length > 0 && (
        <Step
          state={response || isGood ? 'good' : 'bad'}
          title="On the way"
          note={duration_ms !== undefined && `${duration_ms} ms`}
        >
          <Trace steps={trace} />
        </Step>
      )}
      {response && (
        <Step
          state={response.status < 400 ? 'good' : 'bad'}
          title="Answer"
          note={`status ${response.status}`}
        >
          <CodeBlock label="answer" copyable={false} text={messageText(response)} />
        </Step>
      )}
      {fields.length > 0 && (
        <Step
          state={fields.some(({ error }) => error !== undefined) ? 'bad' : 'good'}
          title="Taken out of it"
        >
          <ul className={styles.taken}>
            {fields.map(({ name, from, value, error: fault }) => (
              <li key={name}>
                <code>{name}</code>{' '}
                {from !== undefined && from !== name && (
                  <>
                    from <code>{from}</code>
                  </>
                )}{' '}
                {fault === undefined ? (
                  <>
                    = <code>{value}</code>
                  </>
                ) : (
                  <strong>{fault}</strong>
                )}
              </li>
            ))}
          </ul>
        </Step>
      )}
      {validations.map(({ name, passed, actual, expected, error: fault }) => (
        <Step key={name} state={passed ? 'good' : 'bad'} title={`Validation “${name}”`}>
          {fault ?? (
            <>
              It says <code>{actual}</code>, expected was <code>{expected}</code>.
            </>
          )}
        </Step>
      ))}
      <Step
        state={isGood ? 'good' : kind === 'needs_consent' ? 'warn' : 'bad'}
        title={isGood ? 'A token came' : kind === 'needs_consent' ? 'A person has to sign in' : 'No token'}
      >
        {token && (
          <p>
            {token.type ?? 'A token'}, ends <Time at={token.expires_at} none="never" />
            {token.expires_from && <> (by its {token.expires_from})</>}, renewed{' '}
            <Time at={token.refresh_due_at} none="never" />.
          </p>
        )}
        {error && (
          <p>
            <code>{error.code}</code> {error.detail} {error.hint}
          </p>
        )}
        {error?.excerpt && <CodeBlock label="template" copyable={false} text={error.excerpt} />}
        {notes.map(({ code, detail }) => (
          <p key={code}>{detail}</p>
        ))}
        {hints.length > 0 && (
          <Notice tone="info" title="Try this">
            <ul>
              {hints.map((hint) => (
                <li key={hint}>{hint}</li>
              ))}
            </ul>
          </Notice>
        )}
      </Step>
    </ol>
  )
}

function Step({
  state,
  title,
  note,
  children,
}: {
  state: State
  title: string
  note?: ReactNode
  children: ReactNode
}) {
  const Icon = ICONS[state]
  return (
    <li className={styles.step} data-state={state}>
      <Icon size={20} role="img" aria-label={WORDS[state]} />
      <div className={styles.content}>
        <h3>
          {title} {note && <span className={styles.note}>{note}</span>}
        </h3>
        {children}
      </div>
    </li>
  )
}
