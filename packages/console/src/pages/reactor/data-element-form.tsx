import { callDoor, invalidateDoor } from '../../api/door.ts'
import { FormDialog } from '../../form/form-dialog.tsx'
import { CheckField, TextField } from '../../form/inputs.tsx'
import { useForm } from '../../form/use-form.ts'
import { Skeleton } from '../../ui/skeleton.tsx'
import { DelegateFields } from './delegate-fields.tsx'
import { useDelegates } from './delegates.ts'
import { placeInSettings, readSettings, settingsAsText } from './settings-document.ts'
import { type DataElement, type One, REACTOR, type Resource } from './wire.ts'

interface Document {
  data: { type: string; id?: string; attributes: Record<string, unknown> }
}

/** Makes a data element, or changes the one it is given. */
export function DataElementForm({
  propertyId,
  element,
  onClose,
  onDone,
}: {
  propertyId: string
  element?: Resource<DataElement>
  onClose: () => void
  onDone: (id: string) => void
}) {
  const form = useForm<Record<string, unknown>>(() => ({ ...documentOf(element) }))
  const delegates = useDelegates(propertyId, 'data_elements')
  const save = async () => {
    const { data } = settingsAsText(form.value as unknown as Document)
    // What was emptied is said, since what is left out of a change stays.
    const body = { data: { ...data, attributes: { default_value: null, ...data.attributes } } }
    try {
      const saved =
        element === undefined
          ? await callDoor<One<DataElement>>(REACTOR, 'POST', `/properties/${propertyId}/data_elements`, {
              body,
            })
          : await callDoor<One<DataElement>>(REACTOR, 'PATCH', `/data_elements/${element.id}`, { body })
      await invalidateDoor(REACTOR)
      onDone(saved.data.id)
    } catch (error) {
      throw placeInSettings(error)
    }
  }
  return (
    <FormDialog
      title={element === undefined ? 'New data element' : `Change ${element.attributes.name}`}
      description="It finds a value for rules: in the event, or a secret of this property."
      form={form}
      submit={element === undefined ? 'Create it' : 'Save'}
      onSubmit={save}
      onClose={onClose}
      wide
    >
      <TextField
        form={form}
        at="/data/attributes/name"
        label="Name"
        required
        autoFocus
        help="Settings name it so: `{{name}}`."
      />
      {delegates === undefined ? (
        <Skeleton lines={3} />
      ) : (
        <DelegateFields form={form} propertyId={propertyId} delegates={delegates} />
      )}
      <TextField
        form={form}
        at="/data/attributes/default_value"
        label="Default value"
        help="Where it finds nothing."
      />
      {SWITCHES.map(([name, label]) => (
        <CheckField key={name} form={form} at={`/data/attributes/${name}`} label={label} saysNo />
      ))}
    </FormDialog>
  )
}

const SWITCHES = [
  ['clean_text', 'Trim texts, and make one blank of many'],
  ['force_lower_case', 'Write texts in small letters'],
  ['enabled', 'Enabled: builds take it along'],
] as const

function documentOf(element: Resource<DataElement> | undefined): Document {
  if (element === undefined) {
    return { data: { type: 'data_elements', attributes: { settings: {}, enabled: true } } }
  }
  const { name, delegate_descriptor_id, default_value, clean_text, force_lower_case, enabled, settings } =
    element.attributes
  const written = { name, delegate_descriptor_id, default_value, clean_text, force_lower_case, enabled }
  return {
    data: {
      type: 'data_elements',
      id: element.id,
      attributes: { ...written, settings: readSettings(settings) },
    },
  }
}
