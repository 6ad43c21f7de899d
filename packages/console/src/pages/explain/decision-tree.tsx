import { CircleCheck, CircleDashed, CircleX, ShieldCheck, ShieldX, TriangleAlert } from 'lucide-react'
import { Link } from 'wouter'
import { Card } from '../../ui/card.tsx'
import type { Decision, Step } from './decision.ts'
import styles from './explain.module.css'

const LOOKS = {
  yes: { icon: CircleCheck, word: 'Yes' },
  no: { icon: CircleX, word: 'No' },
  warn: { icon: TriangleAlert, word: 'For now' },
  open: { icon: CircleDashed, word: 'Not asked' },
} as const

/** The questions one after the other; the first that is answered with no decides. */
export function DecisionTree({ decision, credential }: { decision: Decision; credential: string }) {
  const { allowed, verdict, steps } = decision
  const Shield = allowed ? ShieldCheck : ShieldX
  return (
    <Card>
      <p className={styles.verdict} data-allowed={allowed}>
        <Shield size={26} aria-hidden="true" />
        {verdict}
      </p>
      <ol className={styles.tree}>
        {steps.map((step) => (
          <StepLine key={step.question} step={step} />
        ))}
      </ol>
      {!allowed && credential !== '' && (
        <p className={styles.mend}>
          Rules and status stand at{' '}
          <Link href={`/credentials/${encodeURIComponent(credential)}`}>{credential}</Link>.
        </p>
      )}
    </Card>
  )
}

function StepLine({ step }: { step: Step }) {
  const { icon: Icon, word } = LOOKS[step.state]
  return (
    <li className={styles.step} data-state={step.state}>
      <Icon size={20} aria-hidden="true" />
      <div>
        <h3>
          {step.question} <span className={styles.word}>{word}</span>
        </h3>
        {step.answers.length > 0 && (
          <ul className={styles.answers}>
            {step.answers.map(({ code, detail, rule }) => (
              <li key={code + (rule ?? '') + detail}>
                {rule !== undefined && !detail.includes(rule) && <code>{rule}</code>} {detail}
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  )
}
