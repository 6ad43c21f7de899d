import { SelectField } from '../../form/inputs.tsx'
import { SETTINGS, type SettingsFieldsProps } from './settings-document.ts'
import { SettingsFields } from './settings-fields.tsx'
import type { Delegate } from './wire.ts'

const DELEGATE = '/data/attributes/delegate_descriptor_id'

/** Which delegate it is, and the settings of that one. */
export function DelegateFields({
  form,
  propertyId,
  delegates,
}: SettingsFieldsProps & { delegates: readonly Delegate[] }) {
  const chosen = delegates.find(({ id }) => id === form.get(DELEGATE))
  return (
    <>
      <SelectField
        form={form}
        at={DELEGATE}
        label="Type"
        required
        none="Choose one"
        options={delegates.map(({ id, display_name }) => ({ value: id, title: display_name }))}
        onChange={(id) => {
          form.set(DELEGATE, id || undefined)
          form.set(SETTINGS, {})
        }}
      />
      {chosen && <SettingsFields key={chosen.id} form={form} propertyId={propertyId} delegate={chosen} />}
    </>
  )
}
