import { ArrowUp, Plus, X } from 'lucide-react'
import { useState } from 'react'
import { invalidateDoor } from '../../api/door.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { Quiet } from '../../ui/cluster.tsx'
import { ErrorNotice } from '../../ui/notice.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { useAction } from '../../ui/use-action.ts'
import { type Contents, changeContents, titleOf, useContents } from './contents.ts'
import styles from './library-contents.module.css'
import { AddResources } from './library-resources.tsx'
import {
  newestRevision,
  originOf,
  REACTOR,
  type Resource,
  type Revisioned,
  type RevisionedType,
} from './wire.ts'

/** Whether there is something newer at the desk than the revision that the library has. */
const headOf = ({ heads }: Contents, revision: Resource<Revisioned>) =>
  heads.find(({ id }) => id === originOf(revision))
const isBehind = (head: Resource<Revisioned> | undefined, revision: Resource<Revisioned>): boolean =>
  head !== undefined && (head.attributes.dirty || newestRevision(head) > revision.attributes.revision_number)

/** Revisions of extensions, data elements and rules that a library takes along. */
export function LibraryContents({
  libraryId,
  propertyId,
  isOpen,
}: {
  libraryId: string
  propertyId: string
  /** Something may be added or taken out. */
  isOpen: boolean
}) {
  const { contents, error } = useContents(libraryId, propertyId)
  const [isAdding, setAdding] = useState(false)
  const action = useAction()
  const run = (method: 'POST' | 'DELETE', type: RevisionedType, id: string) =>
    action.run(
      async () => {
        await changeContents(libraryId, method, type, [id])
        await invalidateDoor(REACTOR)
      },
      { name: id },
    )
  return (
    <Card
      title="What is in it"
      note="Revisions, which never change. What is changed at the desk comes along when it is taken in anew."
      actions={
        isOpen &&
        contents && (
          <Button icon={<Plus size={16} aria-hidden="true" />} onClick={() => setAdding(true)}>
            Add resources
          </Button>
        )
      }
    >
      {error ? (
        <ErrorNotice error={error} />
      ) : contents === null ? (
        <Skeleton lines={4} />
      ) : (
        <div className={styles.groups}>
          {contents.map((one) => (
            <section key={one.type} className={styles.group} aria-label={one.title}>
              <h3>{one.title}</h3>
              {one.revisions.length === 0 && <Quiet>None</Quiet>}
              <ul className={styles.rows}>
                {one.revisions.map((revision) => {
                  const { revision_number } = revision.attributes
                  const name = titleOf(revision)
                  const head = headOf(one, revision)
                  return (
                    <li key={revision.id} className={styles.row}>
                      <span className={styles.name}>
                        {name} <Quiet>revision {revision_number}</Quiet>
                      </span>
                      {isOpen && isBehind(head, revision) && (
                        <Button
                          small
                          icon={<ArrowUp size={15} aria-hidden="true" />}
                          busy={action.running === head!.id}
                          onClick={() => run('POST', one.type, head!.id)}
                        >
                          Take the newest of {name}
                        </Button>
                      )}
                      {isOpen && (
                        <IconButton
                          name={`Take ${name} out`}
                          small
                          onClick={() => run('DELETE', one.type, revision.id)}
                        >
                          <X size={16} aria-hidden="true" />
                        </IconButton>
                      )}
                    </li>
                  )
                })}
              </ul>
            </section>
          ))}
        </div>
      )}
      {isAdding && contents && (
        <AddResources libraryId={libraryId} contents={contents} onClose={() => setAdding(false)} />
      )}
    </Card>
  )
}
