import { type ExchangeMessage, messageText } from '../../exchange/message.ts'
import { Trace, type TraceStep } from '../../exchange/trace.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import styles from './credentials.module.css'

/** Every step of an exchange with its time, and what was sent and came back, secrets taken out. */
export function ExchangeRecord({ record }: { record: Readonly<Record<string, unknown>> }) {
  const trace = (record.trace as TraceStep[] | undefined) ?? []
  const notes = (record.notes as Array<{ code: string; detail: string }> | undefined) ?? []
  return (
    <div className={styles.record}>
      {trace.length > 0 && <Trace steps={trace} />}
      {notes.map(({ code, detail }) => (
        <p key={code + detail} className={styles.quiet}>
          {detail}
        </p>
      ))}
      <Message title="Request" message={record.request} />
      <Message title="Answer" message={record.response} />
    </div>
  )
}

const Message = ({ title, message }: { title: string; message: unknown }) =>
  message !== undefined && (
    <div>
      <h3 className={styles.part}>{title}</h3>
      <CodeBlock label={title} text={messageText(message as ExchangeMessage)} />
    </div>
  )
