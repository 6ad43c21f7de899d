import { callDoor, invalidateDoor } from '../../api/door.ts'
import { ApiProblem } from '../../api/problem.ts'
import { invalidate } from '../../api/query.ts'
import fieldStyles from '../../form/field.module.css'
import { FormDialog } from '../../form/form-dialog.tsx'
import { JsonField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { AUTHORING, type Destination, nameOf, USER_CONTEXT } from './wire.ts'

/** Members that this side adds to what was sent. */
const ADDED = new Set(['instanceId', 'createdDate', 'lastModifiedDate'])

const withoutAdded = (destination: Destination) =>
  Object.fromEntries(Object.entries(destination).filter(([name]) => !ADDED.has(name)))

/** A configuration goes in as the vendor's API takes it; what is wrong in it is told with its place. */
export function DestinationForm({
  destination,
  onClose,
  onDone,
}: {
  destination?: Destination
  onClose: () => void
  onDone: (made: Destination) => void
}) {
  const form = useForm<Record<string, unknown>>(() =>
    destination === undefined ? {} : { configuration: withoutAdded(destination) },
  )
  const send = async () => {
    const headers = Object.fromEntries(
      USER_CONTEXT.flatMap(({ header }) => {
        const value = form.get(`/headers/${header}`)
        return value === undefined ? [] : [[header, String(value)]]
      }),
    )
    const options = { body: form.value.configuration ?? {}, headers }
    try {
      const made =
        destination === undefined
          ? await callDoor<Destination>(AUTHORING, 'POST', '/destinations', options)
          : await callDoor<Destination>(AUTHORING, 'PUT', `/destinations/${destination.instanceId}`, options)
      await Promise.all([invalidateDoor(AUTHORING), invalidate('/v1/providers', '/v1/providers/{name}')])
      onDone(made)
    } catch (error) {
      throw error instanceof ApiProblem ? belowField(error) : error
    }
  }
  return (
    <FormDialog
      title={destination === undefined ? 'New destination' : `Replace ${nameOf(destination)}`}
      description={
        destination === undefined
          ? 'A destination configuration as the Destination SDK has it. Each way to authenticate becomes a provider.'
          : 'Secrets that are left out stay. Accounts take the new version when they name their provider anew.'
      }
      form={form}
      submit={destination === undefined ? 'Create it' : 'Replace it'}
      onSubmit={send}
      onClose={onClose}
      wide
    >
      <JsonField form={form} at="/configuration" label="Configuration" required lines={14} />
      <div className={fieldStyles.pair}>
        {USER_CONTEXT.map(({ header, label }) => (
          <TextField key={header} form={form} at={`/headers/${header}`} label={label} help={header} />
        ))}
      </div>
    </FormDialog>
  )
}

/** The whole configuration is one field, so a problem says its place in words. */
function belowField(error: ApiProblem): ApiProblem {
  if (error.problems.length === 0) return error
  return new ApiProblem({
    status: error.status,
    detail: error.message,
    errors: error.problems.map((problem) => ({
      ...problem,
      path: `/configuration${problem.path}`,
      detail: problem.path === '' ? problem.detail : `${problem.path}: ${problem.detail}`,
    })),
  })
}
