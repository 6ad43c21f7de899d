import { useMemo, useState } from 'react'
import { type Form, useForm } from '../../../form/use-form.ts'
import { AnswerPane } from './answer-pane.tsx'
import { trialContext } from './auth-data.ts'
import { RequestPane } from './request-pane.tsx'
import type { Sample } from './sample.ts'
import { Trial, type TrialValue } from './trial.tsx'
import styles from './workbench.module.css'

/** Request at the left, answer at the right, and below both a run of them against the real endpoint. */
export function Workbench({ form }: { form: Form<never> | Form }) {
  const trial = useForm<TrialValue>({ recipe: {} })
  const [sample, setSample] = useState<Sample>({ status: 200, body: '' })
  const recipe = form.get('/recipe') as Record<string, unknown> | undefined
  const { client_id, field_values } = trial.value.recipe
  const context = useMemo(
    () => trialContext(recipe ?? {}, { ...field_values, client_id }),
    [recipe, field_values, client_id],
  )
  return (
    <div className={styles.bench}>
      <div className={styles.panes}>
        <RequestPane form={form} context={context} />
        <AnswerPane form={form} context={context} sample={sample} onSample={setSample} />
      </div>
      <Trial form={form} trial={trial} onSample={setSample} />
    </div>
  )
}
