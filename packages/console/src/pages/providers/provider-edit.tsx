import { useEffect, useState } from 'react'
import { useLocation, useParams } from 'wouter'
import { callForReply, type Reply } from '../../api/call.ts'
import { ApiProblem } from '../../api/problem.ts'
import { invalidate } from '../../api/query.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { toast } from '../../ui/toast.tsx'
import { Diff } from './diff.tsx'
import type { Provider } from './provider.ts'
import { ProviderEditor, type ProviderValue } from './provider-editor.tsx'

const readProvider = (name: string) => callForReply('GET', '/v1/providers/{name}', { params: { name } })

const formOf = ({ name, title, description, recipe }: Provider): ProviderValue => ({
  name,
  ...(title !== null && { title }),
  ...(description !== null && { description }),
  recipe,
})

/** Adds a version. Who edits an older one than the newest is told, and loses nothing. */
export default function ProviderEdit() {
  const { name = '' } = useParams()
  const [base, setBase] = useState<Reply<Provider> | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [attempt, setAttempt] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: read once, and again when asked to
  useEffect(() => {
    setError(null)
    readProvider(name).then(setBase, setError)
  }, [name, attempt])
  if (error) return <ErrorNotice error={error} onRetry={() => setAttempt(attempt + 1)} />
  return base === null ? (
    <Skeleton lines={8} />
  ) : (
    <Edit key={attempt} name={name} base={base} onReload={() => setAttempt(attempt + 1)} />
  )
}

function Edit({
  name,
  base: first,
  onReload,
}: {
  name: string
  base: Reply<Provider>
  onReload: () => void
}) {
  const [, navigate] = useLocation()
  const [base, setBase] = useState(first)
  const [theirs, setTheirs] = useState<Reply<Provider> | null>(null)
  const [isComparing, setComparing] = useState(false)
  const path = `/providers/${encodeURIComponent(name)}`
  return (
    <>
      <ProviderEditor
        title={`Edit ${name}`}
        above={{ title: name, path }}
        initial={formOf(first.body)}
        verb={`Save as version ${base.body.version + 1}`}
        notice={
          theirs && (
            <Notice
              tone="warn"
              alert
              title={`Somebody saved version ${theirs.body.version} while you were editing.`}
              action={
                <>
                  <Button small onClick={() => setComparing(true)}>
                    What they changed
                  </Button>
                  <Button
                    small
                    onClick={() => {
                      setBase(theirs)
                      setTheirs(null)
                    }}
                  >
                    Keep mine
                  </Button>
                  <Button small onClick={onReload}>
                    Take theirs
                  </Button>
                </>
              }
            >
              Nothing you typed is lost. Yours can be saved as the version after theirs.
            </Notice>
          )
        }
        onSave={async (body) => {
          try {
            const saved = await callForReply('PUT', '/v1/providers/{name}', {
              params: { name },
              body,
              ...(base.etag !== null && { headers: { 'If-Match': base.etag } }),
            })
            await invalidate('/v1/providers', '/v1/providers/{name}')
            toast.done(`Version ${saved.body.version} of ${name} is saved`)
            return () => navigate(path)
          } catch (failure) {
            if (!(failure instanceof ApiProblem && failure.status === 412)) throw failure
            setTheirs(await readProvider(name))
            return null
          }
        }}
      />
      {theirs && (
        <Dialog
          open={isComparing}
          onClose={() => setComparing(false)}
          wide
          title={`Version ${base.body.version} and version ${theirs.body.version}`}
        >
          <Diff before={formOf(base.body)} after={formOf(theirs.body)} label="What they changed" />
        </Dialog>
      )}
    </>
  )
}
