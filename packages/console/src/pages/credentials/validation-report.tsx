import type { AnswerOf } from '@bursar/domain/api/table.ts'
import { CircleCheck, CircleX, Lightbulb } from 'lucide-react'
import { Button } from '../../ui/button.tsx'
import { Time } from '../../ui/time.tsx'
import styles from './credentials.module.css'
import { ExchangeRecord } from './exchange-record.tsx'

export type Validation = AnswerOf<'validateCredential'>

interface ValidationReportProps {
  report: Validation
  /** Takes a hint over into the form. */
  onApply: (change: Readonly<Record<string, string>>) => void
}

/** How an exchange with unsaved values went: the word first, then what to try, then every step, redacted. */
export function ValidationReport({ report, onApply }: ValidationReportProps) {
  const { valid, hints } = report
  const error = report.error as { code?: string; detail?: string | null } | undefined
  const token = report.token as { type?: string; expires_at?: string | null } | undefined
  const isWaiting = error?.code === 'needs_sign_in'
  return (
    <section className={styles.report} data-valid={valid || isWaiting} aria-label="Result of the validation">
      <p className={styles.verdict} role="status">
        {valid || isWaiting ? (
          <CircleCheck size={20} aria-hidden="true" />
        ) : (
          <CircleX size={20} aria-hidden="true" />
        )}
        <strong>
          {valid
            ? 'It works: a token came back.'
            : isWaiting
              ? 'Nothing speaks against it. A person signs in once it is saved.'
              : `It does not work${error?.code ? `: ${error.code}` : '.'}`}
        </strong>
      </p>
      {valid && token && (
        <p>
          A token of type {token.type ?? 'unknown'} that ends{' '}
          <Time at={token.expires_at} none="at no known time" />. Nothing was saved.
        </p>
      )}
      {!valid && error?.detail && <p>{error.detail}</p>}
      {hints.length > 0 && (
        <ul className={styles.hints}>
          {hints.map((hint) => {
            const change = changeOfHint(hint)
            return (
              <li key={hint}>
                <Lightbulb size={16} aria-hidden="true" />
                <span>{hint}</span>
                {change && (
                  <Button small onClick={() => onApply(change)}>
                    Use it
                  </Button>
                )}
              </li>
            )
          })}
        </ul>
      )}
      <ExchangeRecord record={report} />
    </section>
  )
}

/** The members of the recipe that a hint of Bursar's names: `It works with client_auth "client_secret_post".` */
export function changeOfHint(hint: string): Record<string, string> | null {
  if (!hint.startsWith('It works with ')) return null
  const named = [...hint.matchAll(/\b(client_auth|client_auth_encoding) "(\w+)"/g)]
  return named.length === 0 ? null : Object.fromEntries(named.map(([, name, value]) => [name!, value!]))
}
