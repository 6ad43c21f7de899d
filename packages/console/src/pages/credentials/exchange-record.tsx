import { CodeBlock } from '../../ui/code-block.tsx'
import styles from './credentials.module.css'

interface Message {
  method?: string
  url?: string
  status?: number
  headers?: Record<string, string>
  body?: unknown
}

interface Step {
  at_ms: number
  step: string
  detail: string
}

const STEP_TITLES: Readonly<Record<string, string>> = {
  resolve: 'Address',
  connect: 'Connection',
  tls: 'TLS',
  sent: 'Request',
  headers: 'Answer',
  body: 'Body',
  failed: 'Failure',
}

/** Every step of an exchange with its time, and what was sent and came back, secrets taken out. */
export function ExchangeRecord({ record }: { record: Readonly<Record<string, unknown>> }) {
  const trace = (record.trace as Step[] | undefined) ?? []
  const request = record.request as Message | undefined
  const response = record.response as Message | undefined
  const notes = (record.notes as Array<{ code: string; detail: string }> | undefined) ?? []
  return (
    <div className={styles.record}>
      {trace.length > 0 && (
        <ol className={styles.steps} aria-label="Steps">
          {trace.map(({ at_ms, step, detail }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: steps are in the order in which they happened
            <li key={index}>
              <span className={styles.stepTime}>{at_ms.toFixed(1)} ms</span>
              <span>
                <strong>{STEP_TITLES[step] ?? step}</strong> {detail}
              </span>
            </li>
          ))}
        </ol>
      )}
      {notes.map(({ code, detail }) => (
        <p key={code + detail} className={styles.quiet}>
          {detail}
        </p>
      ))}
      {request && (
        <div>
          <h3 className={styles.part}>Request</h3>
          <CodeBlock label="Request" text={messageText(`${request.method} ${request.url}`, request)} />
        </div>
      )}
      {response && (
        <div>
          <h3 className={styles.part}>Answer</h3>
          <CodeBlock label="Answer" text={messageText(`HTTP ${response.status}`, response)} />
        </div>
      )}
    </div>
  )
}

function messageText(first: string, { headers = {}, body }: Message): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  const text =
    body === null || body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body, null, 2)
  return [first, ...lines, ...(text === '' ? [] : ['', text])].join('\n')
}
