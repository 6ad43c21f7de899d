import { invalidateDoor } from '../../api/door.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { CheckField } from '../../form/inputs.tsx'
import { joinPointer } from '../../form/pointer.ts'
import { useForm } from '../../form/use-form.ts'
import { Notice } from '../../ui/notice.tsx'
import { type Contents, changeContents, titleOf } from './contents.ts'
import styles from './library-contents.module.css'
import { originOf, REACTOR, type Resource, type Revisioned } from './wire.ts'

/** What is not in the library yet. */
const missing = ({ heads, revisions }: Contents): ReadonlyArray<Resource<Revisioned>> => {
  const there = new Set(revisions.map(originOf))
  return heads.filter(({ id }) => !there.has(id))
}

/** Takes heads of the desk into a library, each as its newest revision. */
export function AddResources({
  libraryId,
  contents,
  onClose,
}: {
  libraryId: string
  contents: readonly Contents[]
  onClose: () => void
}) {
  const offered = contents.map((one) => ({ ...one, heads: missing(one) }))
  // Rules and what they name come along unless somebody says otherwise; extensions need not be in a library.
  const form = useForm<Record<string, unknown>>(() =>
    Object.fromEntries(
      offered.map(({ type, heads }) => [
        type,
        Object.fromEntries(
          heads
            .filter(({ attributes }) => type !== 'extensions' && attributes.enabled)
            .map(({ id }) => [id, true]),
        ),
      ]),
    ),
  )
  const add = async () => {
    for (const { type, heads } of offered) {
      const ids = heads.map(({ id }) => id).filter((id) => form.get(joinPointer('', type, id)) === true)
      if (ids.length > 0) await changeContents(libraryId, 'POST', type, ids)
    }
    await invalidateDoor(REACTOR)
  }
  return (
    <FormDialog title="Add resources" form={form} submit="Add them" onSubmit={add} onClose={onClose}>
      {offered.every(({ heads }) => heads.length === 0) && (
        <Notice title="Everything is in it already">
          Data elements and rules are made on the page of the property.
        </Notice>
      )}
      {offered.map(
        ({ type, title, heads }) =>
          heads.length > 0 && (
            <section key={type} className={styles.group} aria-label={title}>
              <h3>{title}</h3>
              {heads.map((head) => (
                <CheckField
                  key={head.id}
                  form={form}
                  at={joinPointer('', type, head.id)}
                  label={titleOf(head)}
                />
              ))}
            </section>
          ),
      )}
    </FormDialog>
  )
}
