import type { Form } from '../../form/use-form.ts'

/** What the settings of a delegate are edited in. */
export interface SettingsFieldsProps {
  form: Form
  propertyId: string
}
