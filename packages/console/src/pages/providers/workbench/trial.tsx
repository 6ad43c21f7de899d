import { useRef, useState } from 'react'
import { call } from '../../../api/call.ts'
import { ApiProblem } from '../../../api/problem.ts'
import fieldStyles from '../../../form/field.module.css'
import { SecretField, TextField } from '../../../form/inputs.tsx'
import { joinPointer } from '../../../form/pointer.ts'
import { ProblemSummary } from '../../../form/problem-summary.tsx'
import { titleOfMember } from '../../../form/schema-fields.tsx'
import type { Form } from '../../../form/use-form.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { declaredFields } from './auth-data.ts'
import type { Sample } from './sample.ts'
import { type TrialRecord, TrialSteps } from './trial-steps.tsx'
import styles from './workbench.module.css'

export type TrialValue = {
  recipe: { client_id?: string; field_values?: Record<string, unknown> }
  secrets?: Record<string, string>
}

const isOfTrial = (path: string) => /^\/secrets\/|^\/recipe\/(client_id$|field_values\/)/.test(path)

/** One exchange with values that are not saved, told step by step. */
export function Trial({
  form,
  trial,
  onSample,
}: {
  form: Form<never> | Form
  trial: Form<TrialValue>
  onSample: (sample: Sample) => void
}) {
  const recipe = (form.get('/recipe') ?? {}) as Record<string, unknown>
  const [record, setRecord] = useState<TrialRecord | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const [asked, setAsked] = useState<readonly string[]>([])
  /** Secrets that were sent already: they leave the page, and go out again with the next run. */
  const sent = useRef<Record<string, string>>({})
  const fields = declaredFields(recipe).filter(
    ({ value, from_response }) => value === undefined && from_response === undefined,
  )
  const declared = fields.filter(({ secret }) => secret).map(({ name }) => name)
  const secretNames = [...new Set([...(declared.length === 0 ? ['client_secret'] : declared), ...asked])]

  const run = async () => {
    const typed = trial.value.secrets ?? {}
    const { client_id, field_values } = trial.value.recipe
    const secrets = { ...sent.current, ...typed }
    setBusy(true)
    setError(null)
    trial.setProblems([])
    try {
      const answer = await call('POST', '/v1/validate', {
        body: {
          recipe: {
            ...recipe,
            ...(recipe.client_id === undefined && client_id !== undefined && { client_id }),
            ...(field_values !== undefined && { field_values }),
          },
          secrets,
        },
      })
      sent.current = secrets
      trial.set('/secrets', undefined)
      setRecord(answer as TrialRecord)
    } catch (failure) {
      const problems = failure instanceof ApiProblem ? failure.problems : []
      const missing = problems.flatMap(({ path }) => /^\/secrets\/([^/]+)/.exec(path)?.[1] ?? [])
      setAsked((before) => [...new Set([...before, ...missing])])
      const [own, others] = [
        problems.filter((one) => isOfTrial(one.path)),
        problems.filter((one) => !isOfTrial(one.path)),
      ]
      trial.setProblems(own)
      if (others.length > 0) form.setProblems(others)
      if (problems.length === 0) setError(failure)
      setRecord(null)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Card
      title="Dry run"
      note="Sends one real request. Nothing of it is saved, and secrets are shown nowhere."
    >
      <div className={styles.trial}>
        <div className={fieldStyles.grid}>
          {recipe.client_id === undefined && !fields.some(({ name }) => name === 'clientId') && (
            <TextField form={trial as Form} at="/recipe/client_id" label="Client ID" />
          )}
          {fields
            .filter(({ secret }) => !secret)
            .map(({ name, title }) => (
              <TextField
                key={name}
                form={trial as Form}
                at={joinPointer('/recipe/field_values', name)}
                label={title ?? name}
              />
            ))}
          {secretNames.map((name) => (
            <SecretField
              key={name}
              form={trial as Form}
              at={joinPointer('/secrets', name)}
              label={fields.find((one) => one.name === name)?.title ?? titleOfMember(name)}
              isSet={Object.hasOwn(sent.current, name)}
            />
          ))}
          <ProblemSummary form={trial as Form} error={error} />
          <div>
            <Button busy={isBusy} onClick={run}>
              Dry run
            </Button>
          </div>
        </div>
        <div aria-live="polite" className={styles.outcome}>
          {record === null ? (
            <p className={styles.found}>
              Here stands what was sent, what came back, and what was made of it.
            </p>
          ) : (
            <>
              <TrialSteps record={record} />
              {record.response && (
                <div>
                  <Button
                    small
                    onClick={() =>
                      onSample({
                        status: record.response!.status,
                        body:
                          typeof record.response!.body === 'string'
                            ? record.response!.body
                            : JSON.stringify(record.response!.body, null, 2),
                      })
                    }
                  >
                    Use this answer as the sample
                  </Button>
                </div>
              )}
            </>
          )}
        </div>
      </div>
    </Card>
  )
}
