import { connectForm, type Question } from '@bursar/domain/connect-form.ts'
import type { AnyRecipe } from '@bursar/domain/every-recipe.ts'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { call } from '../../api/call.ts'
import type { FieldProblem } from '../../api/problem.ts'
import { invalidate, read } from '../../api/query.ts'
import fieldStyles from '../../form/field.module.css'
import { CheckField, NumberField, SelectField, TextField } from '../../form/inputs.tsx'
import type { ApiDescription } from '../../form/json-schema.ts'
import { ProblemSummary } from '../../form/problem-summary.tsx'
import { type Form, useForm, useUnsavedGuard } from '../../form/use-form.ts'
import { Card } from '../../ui/card.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { toast } from '../../ui/toast.tsx'
import { FormActions } from './add-form.tsx'
import { bodyOf, type CredentialDraft, credentialPath } from './credential.ts'
import { DestinationsField } from './destinations-field.tsx'
import { MEMBER_TITLES, SECRET_TITLES } from './kinds.ts'
import { SecretSource } from './secret-source.tsx'
import { useValidation } from './use-validation.ts'
import { ValidationReport } from './validation-report.tsx'

/** A credential of a provider: asks for what differs from one to the next, and for nothing else. */
export function PresetForm({ api, name }: { api: ApiDescription; name: string }) {
  const { data, error, refetch } = useQuery(read('/v1/providers/{name}', { params: { name } }))
  if (error) return <ErrorNotice error={error} onRetry={refetch} />
  if (!data) return <Skeleton lines={6} />
  const questions = connectForm(data.recipe as unknown as AnyRecipe, Object.keys(data.secrets))
  return <LoadedPresetForm api={api} provider={name} questions={questions} />
}

function LoadedPresetForm({
  api,
  provider,
  questions,
}: {
  api: ApiDescription
  provider: string
  questions: readonly Question[]
}) {
  const [, navigate] = useLocation()
  const form = useForm<CredentialDraft>(() => ({ provider, recipe: {}, secrets: {} }))
  const untyped = form as unknown as Form
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const validation = useValidation(form)
  useUnsavedGuard(form.isDirty && !isBusy)
  const lacks = (named: boolean): FieldProblem[] => {
    const asked = [
      ...(named ? [{ pointer: '/name', title: 'Name' }] : []),
      ...questions.filter((one) => one.required),
    ]
    return asked
      .filter(({ pointer }) => form.get(pointer) === undefined)
      .map(({ pointer, title }) => ({
        path: pointer,
        code: 'field.missing',
        detail: `${title} is required.`,
      }))
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
      form.reset({ recipe: {}, secrets: {} })
      void invalidate('/v1/credentials', '/v1/overview', '/v1/facets')
      toast.done(`${made.name} was added.`)
      navigate(credentialPath(made.name))
    } catch (failure) {
      if (!form.fail(failure)) setError(failure)
      setBusy(false)
    }
  }
  const validate = () => {
    if (!form.isReadable()) return
    const problems = lacks(false)
    form.setProblems(problems)
    if (problems.length === 0)
      void validation.run(bodyOf({ ...form.value, name: form.value.name || 'validate' }))
  }
  return (
    <form onSubmit={add} noValidate autoComplete="off" aria-label={`Add ${provider}`}>
      <Card>
        <div className={fieldStyles.grid}>
          <TextField
            form={untyped}
            at="/name"
            label="Name"
            required
            autoFocus
            placeholder={`${provider}-sales`}
          />
          {questions.map((question) => (
            <QuestionField key={question.pointer} api={api} form={untyped} question={question} />
          ))}
          <DestinationsField form={untyped} />
          <ProblemSummary form={untyped} error={error ?? validation.error} />
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

function QuestionField({ api, form, question }: { api: ApiDescription; form: Form; question: Question }) {
  const { pointer, secret, required, type, description } = question
  const last = pointer.split('/').at(-1)!
  const label = MEMBER_TITLES[last] ?? (secret ? SECRET_TITLES[last] : undefined) ?? question.title
  const props = { form, at: pointer, label, required, help: description }
  if (secret) return <SecretSource api={api} form={form} name={last} required={required} title={label} />
  if (question.enum) {
    return (
      <SelectField
        {...props}
        none="–"
        options={question.enum.map((one) => ({ value: String(one), title: String(one) }))}
      />
    )
  }
  if (type === 'boolean') return <CheckField {...props} />
  if (type === 'integer') return <NumberField {...props} />
  return (
    <TextField
      {...props}
      placeholder={question.default === undefined ? undefined : String(question.default)}
    />
  )
}
