import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { callDoor, invalidateDoor } from '../../api/door.ts'
import { useMay } from '../../app/permission.ts'
import fieldStyles from '../../form/field.module.css'
import { TextField } from '../../form/inputs.tsx'
import { ProblemSummary } from '../../form/problem-summary.tsx'
import { useForm } from '../../form/use-form.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { Time } from '../../ui/time.tsx'
import styles from './notes.module.css'
import { REACTOR, readMany } from './wire.ts'

interface Note {
  text: string
  author_display_name: string
}

/** What was remarked of a resource (`/rules/RL…`). A note is never changed, and goes with what it is about. */
export const Notes = ({ path }: { path: string }) => (
  <Card title="Notes" note={WORDS}>
    <NotesAndNew path={path} />
  </Card>
)

/** The same above the page, for what has no page of its own. */
export const NotesDialog = ({ path, of, onClose }: { path: string; of: string; onClose: () => void }) => (
  <Dialog open wide onClose={onClose} title={`Notes on ${of}`} description={WORDS}>
    <NotesAndNew path={path} />
  </Dialog>
)

const WORDS = 'Kept as they are, for whoever comes after you.'

function NotesAndNew({ path }: { path: string }) {
  const mayWrite = useMay('credentials:write')
  const { data, error, refetch } = useQuery(readMany<Note>(`${path}/notes`))
  return (
    <div className={styles.frame}>
      {error ? (
        <ErrorNotice error={error} onRetry={refetch} />
      ) : data === undefined ? (
        <Skeleton lines={2} />
      ) : data.data.length === 0 ? (
        <Quiet>No note yet.</Quiet>
      ) : (
        <ul className={styles.notes} aria-label="Notes">
          {data.data.map(({ id, attributes: { text, author_display_name, created_at } }) => (
            <li key={id}>
              <p className={styles.text}>{text}</p>
              <Quiet>
                {author_display_name}, <Time at={created_at} />
              </Quiet>
            </li>
          ))}
        </ul>
      )}
      {mayWrite && <NewNote path={path} />}
    </div>
  )
}

function NewNote({ path }: { path: string }) {
  const empty = () => ({ data: { type: 'notes', attributes: {} } })
  const form = useForm<Record<string, unknown>>(empty)
  const [error, setError] = useState<unknown>(null)
  const [isBusy, setBusy] = useState(false)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await callDoor(REACTOR, 'POST', `${path}/notes`, { body: form.value })
      form.reset(empty())
      await invalidateDoor(REACTOR)
    } catch (failure) {
      if (!form.fail(failure)) setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form className={fieldStyles.grid} onSubmit={save} noValidate>
      <TextField form={form} at="/data/attributes/text" label="New note" lines={2} />
      <ProblemSummary form={form} error={error} />
      <div>
        <Button type="submit" busy={isBusy}>
          Add the note
        </Button>
      </div>
    </form>
  )
}
