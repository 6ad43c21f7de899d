import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { call } from '../../api/call.ts'
import { invalidate } from '../../api/query.ts'
import fieldStyles from '../../form/field.module.css'
import { TextField } from '../../form/inputs.tsx'
import type { ApiDescription } from '../../form/json-schema.ts'
import { ProblemSummary } from '../../form/problem-summary.tsx'
import { type Form, useForm, useUnsavedGuard } from '../../form/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { toast } from '../../ui/toast.tsx'
import { bodyOf, type CredentialDraft, credentialPath } from './credential.ts'
import { CredentialFields, secretsOf } from './credential-fields.tsx'
import { lacksOf } from './form-problems.ts'
import type { CredentialKind } from './kinds.ts'
import { useValidation } from './use-validation.ts'
import { ValidationReport } from './validation-report.tsx'

interface AddFormProps {
  api: ApiDescription
  kind: CredentialKind
  /** What was pasted before. */
  pasted?: CredentialDraft | undefined
}

/** The form of one kind: fill in, validate if wanted, add. */
export function AddForm({ api, kind, pasted }: AddFormProps) {
  const [, navigate] = useLocation()
  const form = useForm<CredentialDraft>(
    () => pasted ?? { recipe: { grant: kind.grant, ...kind.start }, secrets: {} },
  )
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const validation = useValidation(form)
  useUnsavedGuard(form.isDirty && !isBusy)

  const lacks = (named: boolean) => lacksOf(form.value, kind, secretsOf(form.value).required, { named })
  const validate = () => {
    setError(null)
    if (!form.isReadable()) return
    const problems = lacks(false)
    form.setProblems(problems)
    if (problems.length === 0)
      void validation.run(bodyOf({ ...form.value, name: form.value.name || 'validate' }))
  }
  const add = async (event: FormEvent) => {
    event.preventDefault()
    setError(null)
    if (!form.isReadable()) return
    const problems = lacks(true)
    form.setProblems(problems)
    if (problems.length > 0) return
    setBusy(true)
    try {
      const made = await call('POST', '/v1/credentials', { body: bodyOf(form.value) })
      // What was typed, secrets among it, is dropped before anything else is shown.
      form.reset({ recipe: {}, secrets: {} })
      void invalidate('/v1/credentials', '/v1/overview', '/v1/facets')
      toast.done(`${made.name} was added.`)
      navigate(credentialPath(made.name))
    } catch (failure) {
      if (!form.fail(failure)) setError(nameTaken(failure, form) ?? failure)
      setBusy(false)
    }
  }
  return (
    <form onSubmit={add} noValidate autoComplete="off" aria-label={`Add ${kind.title}`}>
      <Card>
        <div className={fieldStyles.grid}>
          <TextField
            form={form as unknown as Form}
            at="/name"
            label="Name"
            required
            autoFocus
            placeholder="sales-email"
            help="Lower-case letters, digits, dots and dashes. It stands in addresses and in logs."
          />
          <CredentialFields api={api} form={form} kind={kind} />
          <ProblemSummary form={form as unknown as Form} error={error ?? validation.error} />
          {validation.report && <ValidationReport report={validation.report} onApply={validation.apply} />}
          <FormActions
            isBusy={isBusy}
            isValidating={validation.isBusy}
            onValidate={validate}
            onCancel={() => navigate('/credentials')}
            verb="Add"
          />
        </div>
      </Card>
    </form>
  )
}

/** A name that is taken is a problem of its field, though the API tells it as one of the whole. */
function nameTaken(failure: unknown, form: Form<CredentialDraft>): null | undefined {
  if (!(failure instanceof Error) || !('code' in failure) || failure.code !== 'credential.name_taken')
    return undefined
  form.setProblems([{ path: '/name', code: 'credential.name_taken', detail: failure.message }])
  return null
}

export function FormActions({
  isBusy,
  isValidating,
  onValidate,
  onCancel,
  verb,
}: {
  isBusy: boolean
  isValidating: boolean
  onValidate?: () => void
  onCancel: () => void
  verb: string
}) {
  return (
    <div className={fieldStyles.actions}>
      {onValidate && (
        <Button busy={isValidating} onClick={onValidate} className={fieldStyles.first}>
          Validate
        </Button>
      )}
      <Button onClick={onCancel}>Cancel</Button>
      <Button type="submit" tone="primary" busy={isBusy}>
        {verb}
      </Button>
    </div>
  )
}
