import { bodyText } from './message.ts'
import styles from './trace.module.css'

/** One thing that happened on the way, with its time since the beginning. */
export interface TraceStep {
  at_ms: number
  step: string
  detail: unknown
}

const TITLES: Readonly<Record<string, string>> = {
  resolve: 'Address',
  connect: 'Connection',
  tls: 'TLS',
  sent: 'Request',
  headers: 'Answer',
  body: 'Body',
  failed: 'Failure',
}

/** Every step of an exchange with its time. */
export const Trace = ({ steps }: { steps: readonly TraceStep[] }) => (
  <ol className={styles.steps} aria-label="Steps">
    {steps.map(({ at_ms, step, detail }, index) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: steps are in the order in which they happened
      <li key={index}>
        <span className={styles.time}>{at_ms.toFixed(1)} ms</span>
        <span>
          <strong>{TITLES[step] ?? step}</strong> {bodyText(detail)}
        </span>
      </li>
    ))}
  </ol>
)
