import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useLocation, useParams } from 'wouter'
import { callForReply } from '../../api/call.ts'
import { ApiProblem } from '../../api/problem.ts'
import { Page } from '../../app/page.tsx'
import fieldStyles from '../../form/field.module.css'
import { type ApiDescription, apiDescriptionQuery } from '../../form/json-schema.ts'
import { ProblemSummary } from '../../form/problem-summary.tsx'
import { type Form, useForm, useUnsavedGuard } from '../../form/use-form.ts'
import { Card } from '../../ui/card.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { toast } from '../../ui/toast.tsx'
import { credentialsChanged } from './actions.ts'
import { FormActions } from './add-form.tsx'
import { ConflictNotice } from './conflict-notice.tsx'
import { type Credential, type CredentialDraft, credentialPath } from './credential.ts'
import { CredentialFields } from './credential-fields.tsx'
import { draftOf, patchOf } from './draft.ts'
import { type CredentialKind, kindOfGrant } from './kinds.ts'

interface Version {
  credential: Credential
  etag: string | null
}

export default function EditCredential() {
  const { name = '' } = useParams<{ name: string }>()
  const api = useQuery(apiDescriptionQuery)
  const version = useQuery({
    queryKey: ['edit', name],
    queryFn: () => readVersion(name),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  const error = api.error ?? version.error
  const kind = version.data && kindOfGrant(version.data.credential.recipe.grant)
  return (
    <Page
      title={`Edit ${name}`}
      above={{ title: name, path: credentialPath(name) }}
      width="narrow"
      note={kind?.title}
    >
      {error ? (
        <ErrorNotice error={error} onRetry={() => void Promise.all([api.refetch(), version.refetch()])} />
      ) : api.data && version.data && kind ? (
        <EditForm api={api.data} kind={kind} first={version.data} />
      ) : (
        <Skeleton lines={8} />
      )}
    </Page>
  )
}

async function readVersion(name: string): Promise<Version> {
  const { body, etag } = await callForReply('GET', '/v1/credentials/{name}', { params: { name } })
  return { credential: body, etag }
}

function EditForm({ api, kind, first }: { api: ApiDescription; kind: CredentialKind; first: Version }) {
  const [, navigate] = useLocation()
  const [base, setBase] = useState(first)
  const [theirs, setTheirs] = useState<Version | null>(null)
  const form = useForm<CredentialDraft>(() => draftOf(first.credential))
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const { name } = first.credential
  useUnsavedGuard(form.isDirty && !isBusy)

  const save = async (over: Version) => {
    setBusy(true)
    setError(null)
    try {
      await callForReply('PATCH', '/v1/credentials/{name}', {
        params: { name },
        body: patchOf(over.credential, form.value, base.credential),
        headers: over.etag === null ? {} : { 'If-Match': over.etag },
      })
      form.reset({ recipe: {}, secrets: {} })
      void credentialsChanged()
      toast.done(`${name} was saved.`)
      navigate(credentialPath(name))
    } catch (failure) {
      setBusy(false)
      if (failure instanceof ApiProblem && failure.status === 412) setTheirs(await readVersion(name))
      else if (!form.fail(failure)) setError(failure)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!form.isReadable()) return
    if (form.value.confirm !== undefined || form.value.secrets.password !== undefined) {
      const typed = form.value.secrets[kind.confirms ?? '']
      if (kind.confirms && typeof typed === 'string' && typed !== form.value.confirm) {
        return form.setProblems([
          { path: '/confirm', code: 'field.invalid', detail: 'The two passwords differ.' },
        ])
      }
    }
    void save(base)
  }
  return (
    <form onSubmit={submit} noValidate autoComplete="off" aria-label={`Edit ${name}`}>
      <Card>
        <div className={fieldStyles.grid}>
          {theirs && (
            <ConflictNotice
              before={base.credential}
              theirs={theirs.credential}
              mine={form.value}
              onTakeTheirs={() => {
                form.reset(draftOf(theirs.credential))
                setBase(theirs)
                setTheirs(null)
              }}
              onKeepMine={() => {
                if (!form.isReadable()) return
                const over = theirs
                setTheirs(null)
                void save(over)
              }}
            />
          )}
          <CredentialFields api={api} form={form} kind={kind} set={base.credential.secrets} />
          <ProblemSummary form={form as unknown as Form} error={error} />
          <FormActions
            isBusy={isBusy}
            isValidating={false}
            onCancel={() => navigate(credentialPath(name))}
            verb="Save"
          />
        </div>
      </Card>
    </form>
  )
}
