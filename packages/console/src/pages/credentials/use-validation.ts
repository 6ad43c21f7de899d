import { useState } from 'react'
import { call } from '../../api/call.ts'
import type { Form } from '../../form/use-form.ts'
import type { CredentialDraft } from './credential.ts'
import type { Validation } from './validation-report.tsx'

/** Tries values that are not saved, and keeps the report beside the form. */
export function useValidation(form: Form<CredentialDraft>) {
  const [report, setReport] = useState<Validation | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  return {
    report,
    error,
    isBusy,
    async run(body: Record<string, unknown>) {
      setBusy(true)
      setError(null)
      setReport(null)
      try {
        setReport(await call('POST', '/v1/validate', { body }))
      } catch (failure) {
        if (!form.fail(failure)) setError(failure)
      } finally {
        setBusy(false)
      }
    },
    apply(change: Readonly<Record<string, string>>) {
      for (const [member, value] of Object.entries(change)) form.set(`/recipe/${member}`, value)
      setReport(null)
    },
  }
}
