import { callDoor, invalidateDoor } from '../../api/door.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { EnvironmentField } from './environment-field.tsx'
import { idOf, type Library, type One, REACTOR, type Resource } from './wire.ts'

const ENVIRONMENT = '/data/relationships/environment/data'

/** Makes a library, or changes the one it is given. */
export function LibraryForm({
  propertyId,
  library,
  onClose,
  onDone,
}: {
  propertyId: string
  library?: Resource<Library>
  onClose: () => void
  onDone: (id: string) => void
}) {
  const form = useForm<Record<string, unknown>>(() => ({ data: documentOf(library) }))
  const save = async () => {
    // None is said too, since what is left out of a change stays.
    const environment = { data: form.get(ENVIRONMENT) ?? null }
    const isFixed = library !== undefined && !isAtDesk(library)
    const { relationships: _, ...data } = form.get('/data') as Record<string, unknown>
    const body = { data: { ...data, ...(!isFixed && { relationships: { environment } }) } }
    const saved =
      library === undefined
        ? await callDoor<One<Library>>(REACTOR, 'POST', `/properties/${propertyId}/libraries`, { body })
        : await callDoor<One<Library>>(REACTOR, 'PATCH', `/libraries/${library.id}`, { body })
    await invalidateDoor(REACTOR)
    onDone(saved.data.id)
  }
  return (
    <FormDialog
      title={library === undefined ? 'New library' : `Change ${library.attributes.name}`}
      form={form}
      submit={library === undefined ? 'Create it' : 'Save'}
      onSubmit={save}
      onClose={onClose}
    >
      <TextField form={form} at="/data/attributes/name" label="Name" required autoFocus />
      {(library === undefined || isAtDesk(library)) && (
        <EnvironmentField
          form={form}
          at={ENVIRONMENT}
          propertyId={propertyId}
          stage="development"
          none="None yet: it can not be built before it has one"
        />
      )}
    </FormDialog>
  )
}

/** Once it is submitted its stage says where it is built for. */
const isAtDesk = ({ attributes: { state } }: Resource<Library>): boolean =>
  state === 'development' || state === 'rejected'

function documentOf(library: Resource<Library> | undefined): Record<string, unknown> {
  if (library === undefined) return { type: 'libraries', attributes: {} }
  const environment = idOf(library, 'environment')
  return {
    type: 'libraries',
    id: library.id,
    attributes: { name: library.attributes.name },
    ...(environment !== null && {
      relationships: { environment: { data: { type: 'environments', id: environment } } },
    }),
  }
}
