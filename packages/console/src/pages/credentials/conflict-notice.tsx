import { titleOfMember } from '../../form/schema-fields.tsx'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Time } from '../../ui/time.tsx'
import styles from './conflict-notice.module.css'
import type { Credential, CredentialDraft } from './credential.ts'
import { differences, draftOf } from './draft.ts'
import { MEMBER_TITLES } from './kinds.ts'

/** Somebody else saved while this form was open: what they changed, beside what stands in the form. */
export function ConflictNotice({
  before,
  theirs,
  mine,
  onTakeTheirs,
  onKeepMine,
}: {
  before: Credential
  theirs: Credential
  mine: CredentialDraft
  onTakeTheirs: () => void
  onKeepMine: () => void
}) {
  const changes = differences(draftOf(before), draftOf(theirs), mine)
  return (
    <Notice
      tone="warn"
      alert
      title="It was changed in the meantime. What you typed is still here."
      action={
        <>
          <Button small onClick={onTakeTheirs}>
            Take theirs
          </Button>
          <Button small tone="primary" onClick={onKeepMine}>
            Save mine over it
          </Button>
        </>
      }
    >
      <p>
        Saved <Time at={theirs.updated_at} /> elsewhere.
      </p>
      {changes.length > 0 && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">Changed</th>
              <th scope="col">Theirs</th>
              <th scope="col">Yours</th>
            </tr>
          </thead>
          <tbody>
            {changes.map((change) => (
              <tr key={change.member}>
                <th scope="row">{MEMBER_TITLES[change.member] ?? titleOfMember(change.member)}</th>
                <td>{textOf(change.theirs)}</td>
                <td>{textOf(change.mine)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Notice>
  )
}

const textOf = (value: unknown): string =>
  value === undefined || value === null ? '–' : typeof value === 'string' ? value : JSON.stringify(value)
