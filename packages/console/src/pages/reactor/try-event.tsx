import { ChevronRight, CircleCheck, CircleX, Filter, Send } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { callDoor } from '../../api/door.ts'
import fieldStyles from '../../form/field.module.css'
import { JsonField } from '../../form/inputs.tsx'
import { ProblemSummary } from '../../form/problem-summary.tsx'
import { useForm } from '../../form/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Live, Quiet } from '../../ui/cluster.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Chip } from '../../ui/status-chip.tsx'
import styles from './try-event.module.css'
import { originOf, REACTOR, type Resource, type Revisioned } from './wire.ts'

interface RuleResult {
  ruleId: string
  status: 'success' | 'condition_not_met' | 'failed'
  logs?: ReadonlyArray<{ messages: readonly unknown[] }>
}
interface Forwarded {
  requestId: string
  buildId: string
  results: readonly RuleResult[]
}

const EXAMPLE = { xdm: { order: { id: 'o-1', total: 12.5 } } }

/** Sends an event as a site does, and shows what became of it in every rule. */
export function TryEvent({
  buildId,
  environmentId,
  rules,
}: {
  buildId: string
  environmentId: string
  rules: ReadonlyArray<Resource<Revisioned>>
}) {
  const form = useForm<Record<string, unknown>>({ event: EXAMPLE })
  const [answer, setAnswer] = useState<Forwarded | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const send = async (event: FormEvent) => {
    event.preventDefault()
    if (!form.isReadable()) return
    setBusy(true)
    setError(null)
    setAnswer(null)
    try {
      const body = form.value.event ?? {}
      setAnswer(await callDoor<Forwarded>(REACTOR, 'POST', `/edge/${environmentId}/events`, { body }))
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const nameOf = (ruleId: string) =>
    rules.find((rule) => rule.id === ruleId || originOf(rule) === ruleId)?.attributes.name
  return (
    <Card title="Try an event" note="It is run for real: what the rules send is sent, with the live secrets.">
      <form className={fieldStyles.grid} onSubmit={send} noValidate>
        <JsonField
          form={form}
          at="/event"
          label="Event"
          lines={7}
          help="A JSON object. Data elements of the type Path find it at `arc.event`."
        />
        <ProblemSummary form={form} error={error} />
        <div>
          <Button type="submit" tone="primary" busy={isBusy} icon={<Send size={16} aria-hidden="true" />}>
            Send the event
          </Button>
        </div>
        <Live>
          {answer && <Results answer={answer} isAnother={answer.buildId !== buildId} nameOf={nameOf} />}
        </Live>
      </form>
    </Card>
  )
}

function Results({
  answer: { results, requestId },
  isAnother,
  nameOf,
}: {
  answer: Forwarded
  isAnother: boolean
  nameOf: (ruleId: string) => string | undefined
}) {
  return (
    <div className={fieldStyles.grid}>
      {isAnother && (
        <Notice tone="warn" title="The environment runs another build">
          A later build, or an earlier one that was told to run again, has answered.
        </Notice>
      )}
      {results.length === 0 && <Quiet>No rule is in the build.</Quiet>}
      <ul className={styles.results} aria-label="What became of it">
        {results.map((result) => (
          <li key={result.ruleId}>
            <details className={styles.result} open={result.status === 'failed'}>
              <summary className={styles.summary}>
                <ChevronRight size={16} aria-hidden="true" className={styles.turn} />
                <ResultChip status={result.status} />
                <span>{nameOf(result.ruleId) ?? <code>{result.ruleId}</code>}</span>
              </summary>
              <CodeBlock label="logs of the rule" text={logText(result)} />
            </details>
          </li>
        ))}
      </ul>
      <Quiet>
        Request <code>{requestId}</code>. Secrets are masked in logs.
      </Quiet>
    </div>
  )
}

function ResultChip({ status }: Pick<RuleResult, 'status'>) {
  switch (status) {
    case 'success':
      return <Chip tone="good" icon={CircleCheck} text="Went through" />
    case 'condition_not_met':
      return <Chip icon={Filter} text="Condition did not hold" />
    default:
      return <Chip tone="bad" icon={CircleX} text="Failed" />
  }
}

/** The engine puts a rocket before every line; it says nothing here. */
const ROCKET = '\u{1F680}'

const logText = ({ logs = [] }: RuleResult): string =>
  logs
    .map(({ messages }) =>
      messages
        .filter((message) => message !== ROCKET)
        .map((message) => (typeof message === 'string' ? message : JSON.stringify(message)))
        .join(' '),
    )
    .join('\n') || 'Nothing was said.'
