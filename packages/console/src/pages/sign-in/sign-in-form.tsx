import { useQuery } from '@tanstack/react-query'
import { LogIn } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { signIn, signInOptionsQuery } from '../../api/session.ts'
import fieldStyles from '../../form/field.module.css'
import { SecretField } from '../../form/inputs.tsx'
import { ProblemSummary } from '../../form/problem-summary.tsx'
import { useForm } from '../../form/use-form.ts'
import { Button } from '../../ui/button.tsx'
import styles from './sign-in.module.css'

/** The ways in: single sign-on where it is set up, and a key. */
export function SignInForm({ onDone }: { onDone?: () => void }) {
  const form = useForm<{ key?: string }>({})
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const { data: options } = useQuery(signInOptionsQuery)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const key = String(form.get('/key') ?? '').trim()
    if (key === '') {
      return form.setProblems([{ path: '/key', code: 'field.missing', detail: 'Paste a key first.' }])
    }
    setBusy(true)
    setError(null)
    try {
      await signIn({ key })
      form.reset({})
      onDone?.()
    } catch (failure) {
      if (!form.fail(failure)) setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <div className={styles.ways}>
      {options?.sso && (
        <>
          <a href={options.sso.url} className={styles.sso}>
            <LogIn size={17} aria-hidden="true" />
            Continue with {options.sso.title}
          </a>
          <p className={styles.or}>or</p>
        </>
      )}
      <form className={fieldStyles.grid} onSubmit={submit} noValidate>
        <SecretField
          form={form}
          at="/key"
          label="Key"
          help="It begins with bsr_ and is not kept in this browser."
        />
        <ProblemSummary form={form} error={error} />
        <Button type="submit" tone="primary" busy={isBusy}>
          Sign in
        </Button>
      </form>
    </div>
  )
}
