import { useQuery } from '@tanstack/react-query'
import { CircleCheck } from 'lucide-react'
import { type FormEvent, useId, useState } from 'react'
import { call } from '../../api/call.ts'
import { read } from '../../api/query.ts'
import { SecretField, SelectField } from '../../form/inputs.tsx'
import { ProblemSummary } from '../../form/problem-summary.tsx'
import { titleOfMember } from '../../form/schema-fields.tsx'
import { useForm } from '../../form/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { credentialsChanged, failureOf } from './actions.ts'
import type { Credential } from './credential.ts'
import styles from './detail.module.css'
import { SECRET_TITLES } from './kinds.ts'

/**
 * A new secret in place of an old one, with overlap: it is tried first where it can be, and the token at hand is
 * served until the new secret has got one. The old secret is taken away at the provider last.
 */
export function RotateDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const id = useId()
  const names = Object.keys(credential.secrets)
  const form = useForm<{ which: string; secret?: string }>({ which: names[0] ?? '' })
  const [phase, setPhase] = useState<'typing' | 'trying' | 'failed' | 'saving' | 'saved'>('typing')
  const [error, setError] = useState<unknown>(null)
  const [why, setWhy] = useState('')
  const [before, setBefore] = useState(0)
  const { name, recipe, provider } = credential
  const { which, secret } = form.value

  const save = async () => {
    setPhase('saving')
    try {
      const { token } = await call('GET', '/v1/credentials/{name}', { params: { name } })
      setBefore(token?.version ?? 0)
      await call('PATCH', '/v1/credentials/{name}', {
        params: { name },
        body: { secrets: { [which]: secret } },
      })
      form.reset({ which })
      setPhase('saved')
    } catch (failure) {
      if (!form.fail(failure)) setError(failure)
      setPhase('typing')
    }
  }
  const tryAndSave = async (event: FormEvent) => {
    event.preventDefault()
    setError(null)
    if (!secret) {
      return form.setProblems([{ path: '/secret', code: 'field.missing', detail: 'Type the new secret.' }])
    }
    // Other secrets never leave Bursar, so a recipe with several can not be tried from here.
    if (names.length > 1 || provider !== null) return save()
    setPhase('trying')
    try {
      const report = await call('POST', '/v1/validate', {
        body: { name, recipe, secrets: { [which]: secret } },
      })
      const needsPerson = (report.error as { code?: string } | undefined)?.code === 'needs_sign_in'
      if (report.valid || needsPerson) return await save()
      setWhy(report.hints[0] ?? failureOf(report as never))
      setPhase('failed')
    } catch (failure) {
      if (!form.fail(failure)) setError(failure)
      setPhase('typing')
    }
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Rotate a secret of ${name}`}
      description={
        phase === 'saved'
          ? undefined
          : 'Make a second secret at the provider and type it here. The token at hand is served until the new secret has got one.'
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
              <Button tone="danger" onClick={() => void save()}>
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
        <Saved name={name} version={before} />
      ) : (
        <form id={id} onSubmit={tryAndSave} className={styles.steps} noValidate autoComplete="off">
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

/** Follows the credential until the new secret has brought a token. */
function Saved({ name, version }: { name: string; version: number }) {
  const { data } = useQuery({
    ...read('/v1/credentials/{name}', { params: { name } }),
    refetchInterval: 1_000,
  })
  const isFresh = (data?.token?.version ?? 0) > version
  if (isFresh) void credentialsChanged()
  return isFresh ? (
    <p role="status" className={styles.connected}>
      <CircleCheck size={18} aria-hidden="true" /> The new secret has got a token. Take the old one away at
      the provider.
    </p>
  ) : (
    <p role="status">It is saved. Waiting for its first token; the one at hand is served meanwhile.</p>
  )
}
