import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation, useParams } from 'wouter'
import { call } from '../../api/call.ts'
import { invalidate } from '../../api/query.ts'
import { sessionQuery } from '../../api/session.ts'
import { Page, Stack } from '../../app/page.tsx'
import { useUrlFilters } from '../../table/url-filters.ts'
import { Button, ButtonLink } from '../../ui/button.tsx'
import { Card, Fact, Facts } from '../../ui/card.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { ConfirmByName } from '../../ui/confirm-by-name.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { ErrorNotice, Notice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import { toast } from '../../ui/toast.tsx'
import type { Caller } from './caller.ts'
import styles from './callers.module.css'
import { EndsAt } from './ends-at.tsx'
import { sayScope } from './scopes.ts'
import { useCaller } from './use-caller.ts'

const WATCH_MS = 2500

/** One caller: its rights in words, its use, and how its key is replaced. */
export default function CallerDetail() {
  const { id = '' } = useParams()
  const replaces = useUrlFilters().get('replaces')
  const { caller, isMissing, error, refetch } = useCaller(id, replaces === '' ? false : WATCH_MS)
  if (error && caller === undefined) return <ErrorNotice error={error} onRetry={refetch} />
  if (isMissing) {
    return (
      <Page title="No such caller" above={{ title: 'Callers', path: '/callers' }} width="narrow">
        <Notice title="There is no caller with this id. Somebody may have deleted it.">
          Everything that was done with its key stays in the audit trail.
        </Notice>
      </Page>
    )
  }
  return caller === undefined ? <Skeleton lines={6} /> : <Detail caller={caller} replaces={replaces} />
}

function Detail({ caller, replaces }: { caller: Caller; replaces: string }) {
  const { data: session } = useQuery(sessionQuery)
  const [, navigate] = useLocation()
  const [isDeleting, setDeleting] = useState(false)
  const { id, name, scopes } = caller
  const isOwn = session?.caller.id === id
  return (
    <Page
      title={name}
      above={{ title: 'Callers', path: '/callers' }}
      actions={
        <>
          <ButtonLink href={`/callers/new?replaces=${encodeURIComponent(id)}`}>Replace the key</ButtonLink>
          <Button tone="danger" onClick={() => setDeleting(true)}>
            Delete
          </Button>
        </>
      }
    >
      <Stack>
        {replaces !== '' && <Rotation caller={caller} oldId={replaces} />}
        <Card title="Facts">
          <Facts>
            <Fact name="Id">
              <code>{id}</code> <CopyButton text={id} name="Copy the id" />
            </Fact>
            <Fact name="Last used">
              <Time at={caller.last_used_at} />
            </Fact>
            <Fact name="Ends">
              <EndsAt at={caller.expires_at} />
            </Fact>
            <Fact name="Created">
              <Time at={caller.created_at} />
            </Fact>
          </Facts>
        </Card>
        <Card title="What it may do">
          <ul className={styles.granted}>
            {scopes.map((scope) => {
              const { title, note } = sayScope(scope)
              return (
                <li key={scope}>
                  <p>
                    {title} <code className={styles.scope}>{scope}</code>
                  </p>
                  <p>{note}</p>
                </li>
              )
            })}
          </ul>
        </Card>
        <Card title="As a command" note="Makes a caller with the same rights.">
          <CodeBlock label="command" text={commandOf(caller)} />
        </Card>
      </Stack>
      <DeleteCaller
        caller={caller}
        open={isDeleting}
        isOwn={isOwn}
        onClose={() => setDeleting(false)}
        onDeleted={() => navigate('/callers')}
      />
    </Page>
  )
}

const commandOf = ({ name, scopes }: Caller) =>
  `bursar caller create ${JSON.stringify(name)} ${scopes.map((scope) => `--scope '${scope}'`).join(' ')}`

/** Create the new one, watch it being used, delete the old one. */
function Rotation({ caller, oldId }: { caller: Caller; oldId: string }) {
  const { caller: old, isMissing } = useCaller(oldId)
  const [isDeleting, setDeleting] = useState(false)
  const isUsed = caller.last_used_at !== null
  return (
    <Card title="Replacing a key" note="This page looks again every few seconds.">
      <ol className={styles.steps}>
        <li className={styles.step} data-done>
          <h3>Make the new key</h3>
          <div>Done, with the same name.</div>
        </li>
        <li className={styles.step} data-done={isUsed || undefined}>
          <h3>Give it to the program, and watch it being used</h3>
          <div>
            <dl className={styles.compare} aria-live="polite">
              <div>
                <dt>New key, last used</dt>
                <dd>
                  <Time at={caller.last_used_at} none="not yet" />
                </dd>
              </div>
              <div>
                <dt>Old key, last used</dt>
                <dd>{isMissing ? 'deleted' : <Time at={old?.last_used_at} none="never" />}</dd>
              </div>
            </dl>
          </div>
        </li>
        <li className={styles.step} data-done={isMissing || undefined}>
          <h3>Delete the old key</h3>
          <div>
            {isMissing ? (
              'Done. It is refused everywhere.'
            ) : (
              <>
                {isUsed
                  ? 'The new key is in use. Once the old one rests, nobody will miss it.'
                  : 'Wait until the new key has been used.'}
                <Button tone="danger" disabled={old === undefined} onClick={() => setDeleting(true)}>
                  Delete the old key
                </Button>
              </>
            )}
          </div>
        </li>
      </ol>
      {old && (
        <DeleteCaller
          caller={old}
          open={isDeleting}
          isOwn={false}
          onClose={() => setDeleting(false)}
          onDeleted={() => {}}
        />
      )}
    </Card>
  )
}

function DeleteCaller({
  caller,
  open,
  isOwn,
  onClose,
  onDeleted,
}: {
  caller: Caller
  open: boolean
  isOwn: boolean
  onClose: () => void
  onDeleted: () => void
}) {
  return (
    <ConfirmByName
      open={open}
      onClose={onClose}
      title={`Delete ${caller.name}?`}
      name={caller.name}
      verb="Delete the caller"
      onConfirm={async () => {
        await call('DELETE', '/v1/callers/{id}', { params: { id: caller.id } })
        onDeleted()
        await invalidate('/v1/callers')
        toast.done(`${caller.name} is deleted`, 'Its key is refused on every node within a second.')
      }}
    >
      <p>
        Its key is refused on every node within a second. It was last used{' '}
        <Time at={caller.last_used_at} none="never" />.
      </p>
      {isOwn && <Notice tone="warn">This is the key you signed in with: you will be signed out.</Notice>}
    </ConfirmByName>
  )
}
