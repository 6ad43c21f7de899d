import { type FormEvent, useState } from 'react'
import { useLocation } from 'wouter'
import { call } from '../../api/call.ts'
import { invalidate } from '../../api/query.ts'
import { Page } from '../../app/page.tsx'
import fieldStyles from '../../form/field.module.css'
import { TextField } from '../../form/inputs.tsx'
import { ProblemSummary } from '../../form/problem-summary.tsx'
import { useForm, useUnsavedGuard } from '../../form/use-form.ts'
import { useUrlFilters } from '../../table/url-filters.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { type OneTimeSecret, OneTimeSecretDialog } from '../../ui/one-time-secret.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import type { Caller } from './caller.ts'
import styles from './callers.module.css'
import { type Expiry, ExpiryField, expiryOf } from './expiry-field.tsx'
import { ScopePicker } from './scope-picker.tsx'
import { useCaller } from './use-caller.ts'

/** A new key; with `?replaces=<id>` one with the rights of another, which it is to take the place of. */
export default function CallerNew() {
  const replaces = useUrlFilters().get('replaces')
  const { caller, error, refetch } = useCaller(replaces)
  if (replaces === '') return <CallerForm />
  if (error) return <ErrorNotice error={error} onRetry={refetch} />
  return caller === undefined ? <Skeleton /> : <CallerForm old={caller} />
}

type CallerValue = Expiry & {
  name?: string
  scopes: string[]
}

function CallerForm({ old }: { old?: Caller }) {
  const [, navigate] = useLocation()
  const form = useForm<CallerValue>(() => ({
    ...(old && { name: old.name }),
    scopes: old ? [...old.scopes] : [],
    ends: '90',
  }))
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const [made, setMade] = useState<{ id: string; secret: OneTimeSecret } | null>(null)
  useUnsavedGuard(form.isDirty && made === null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const { name = '' } = form.value
    const expires_at = expiryOf(form.value, Date.now())
    const scopes = form.value.scopes.filter((scope) => !scope.endsWith(':'))
    if (scopes.length !== form.value.scopes.length) form.set('/scopes', scopes)
    setBusy(true)
    setError(null)
    try {
      const { key, id } = await call('POST', '/v1/callers', {
        body: { name: name.trim(), scopes, expires_at },
      })
      void invalidate('/v1/callers')
      setMade({
        id,
        secret: {
          title: `The key of ${name}`,
          description: 'Give it to the program as it is. It goes into the header “Authorization: Bearer …”.',
          fileName: `${name.trim().replaceAll(/[^\w.-]+/g, '-')}.key`,
          value: key,
        },
      })
    } catch (failure) {
      if (!form.fail(failure)) setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const leave = () => {
    const to = made!
    setMade(null)
    const suffix = old ? `?replaces=${encodeURIComponent(old.id)}` : ''
    navigate(`/callers/${encodeURIComponent(to.id)}${suffix}`)
  }
  const title = old ? `A new key for ${old.name}` : 'Create a caller'
  return (
    <Page
      title={title}
      width="narrow"
      above={{ title: 'Callers', path: '/callers' }}
      note={
        old &&
        'Nothing happens to the key in use: make the new one, watch it being used, then delete the old one.'
      }
    >
      <form onSubmit={submit} noValidate>
        <Card>
          <div className={fieldStyles.grid}>
            <TextField
              form={form}
              at="/name"
              label="Name"
              required
              autoFocus
              placeholder="billing-service"
              help="Stands in the audit trail beside everything that is done with the key."
            />
            <ScopePicker form={form} />
            <ExpiryField form={form} />
            <ProblemSummary form={form} error={error} />
            <div className={styles.buttons}>
              <Button type="submit" tone="primary" busy={isBusy}>
                Create and show the key
              </Button>
              <ButtonLink href="/callers">Cancel</ButtonLink>
            </div>
          </div>
        </Card>
      </form>
      <OneTimeSecretDialog secret={made?.secret ?? null} onDone={leave} />
    </Page>
  )
}
