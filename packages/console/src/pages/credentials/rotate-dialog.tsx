import { CircleCheck } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { call } from '../../api/call.ts'
import { ApiProblem } from '../../api/problem.ts'
import { SecretField, SelectField } from '../../form/inputs.tsx'
import { ProblemSummary } from '../../form/problem-summary.tsx'
import { titleOfMember } from '../../form/schema-fields.tsx'
import { useForm } from '../../form/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Time } from '../../ui/time.tsx'
import { credentialsChanged } from './actions.ts'
import type { Credential } from './credential.ts'
import styles from './detail.module.css'
import { SECRET_TITLES } from './kinds.ts'

/**
 * A new secret in place of an old one, with overlap: it is tried first, and the old one is used for a day where
 * the provider refuses the new one. The old secret is taken away at the provider last.
 */
export function RotateDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const id = useId()
  const names = Object.keys(credential.secrets)
  const form = useForm<{ which: string; secret?: string }>({ which: names[0] ?? '' })
  const [phase, setPhase] = useState<'typing' | 'trying' | 'failed' | 'saving' | 'saved'>('typing')
  const [error, setError] = useState<unknown>(null)
  const [why, setWhy] = useState('')
  const [oldUntil, setOldUntil] = useState<string | null>(null)
  const { name } = credential
  const { which, secret } = form.value

  const rotate = async (isTried: boolean) => {
    setPhase(isTried ? 'trying' : 'saving')
    setError(null)
    const body = { secret: which, value: secret, validate: isTried }
    try {
      const { old_until } = await call('POST', '/v1/credentials/{name}/rotate-secret', {
        params: { name },
        body,
      })
      form.reset({ which })
      setOldUntil(old_until)
      setPhase('saved')
      void credentialsChanged()
    } catch (failure) {
      if (failure instanceof ApiProblem && failure.code.startsWith('exchange.')) {
        setWhy([failure.message, failure.hint].filter(Boolean).join(' '))
        return setPhase('failed')
      }
      if (!form.fail(underSecret(failure))) setError(failure)
      setPhase('typing')
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!secret) {
      return form.setProblems([{ path: '/secret', code: 'field.missing', detail: 'Type the new secret.' }])
    }
    void rotate(true)
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Rotate a secret of ${name}`}
      description={
        phase === 'saved'
          ? undefined
          : 'Make a second secret at the provider and type it here. It is tried first; the old one stays for a day, in case.'
      }
      actions={
        phase === 'saved' ? (
          <Button tone="primary" onClick={onClose}>
            Done
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            {phase === 'failed' && (
              <Button tone="danger" onClick={() => void rotate(false)}>
                Save all the same
              </Button>
            )}
            <Button tone="primary" type="submit" form={id} busy={phase === 'trying' || phase === 'saving'}>
              {phase === 'failed' ? 'Try again' : 'Try and save'}
            </Button>
          </>
        )
      }
    >
      {phase === 'saved' ? (
        <Saved oldUntil={oldUntil} />
      ) : (
        <form id={id} onSubmit={submit} className={styles.steps} noValidate autoComplete="off">
          {names.length > 1 && (
            <SelectField
              form={form}
              at="/which"
              label="Secret"
              options={names.map((value) => ({ value, title: SECRET_TITLES[value] ?? titleOfMember(value) }))}
            />
          )}
          <SecretField
            form={form}
            at="/secret"
            label={`New ${SECRET_TITLES[which] ?? titleOfMember(which)}`}
            lines={which === 'private_key' ? 5 : undefined}
          />
          {phase === 'failed' && (
            <Notice tone="bad" alert title="The new secret does not work yet. Nothing was changed.">
              {why}
            </Notice>
          )}
          <ProblemSummary form={form} error={error} />
        </form>
      )}
    </Dialog>
  )
}

/** The API calls the value `/value`; here it is the one field there is. */
const underSecret = (failure: unknown): unknown =>
  failure instanceof ApiProblem
    ? new ApiProblem({
        ...failure.document,
        status: failure.status,
        errors: failure.problems.map((one) => ({ ...one, path: '/secret' })),
      })
    : failure

const Saved = ({ oldUntil }: { oldUntil: string | null }) => (
  <div className={styles.steps}>
    <p role="status" className={styles.connected}>
      <CircleCheck size={18} aria-hidden="true" /> The new secret is in use.
    </p>
    {oldUntil && (
      <p className={styles.quiet}>
        The old one steps in where the provider refuses the new one; Bursar forgets it <Time at={oldUntil} />.
        Then take it away at the provider.
      </p>
    )}
  </div>
)
