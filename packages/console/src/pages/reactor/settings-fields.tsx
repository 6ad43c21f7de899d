import { Braces, ListChecks } from 'lucide-react'
import { useState } from 'react'
import fieldStyles from '../../form/field.module.css'
import { JsonField } from '../../form/inputs.tsx'
import { SchemaFields } from '../../form/schema-fields.tsx'
import { Button } from '../../ui/button.tsx'
import { ComparisonFields } from './comparison-fields.tsx'
import { RequestFields } from './request-fields.tsx'
import { SecretFields } from './secret-fields.tsx'
import { SETTINGS, type SettingsFieldsProps } from './settings-document.ts'
import styles from './settings-fields.module.css'
import type { Delegate } from './wire.ts'

/** Delegates whose settings say more in fields of their own; all others have those of their schema. */
const FIELDS: Readonly<Record<string, (props: SettingsFieldsProps) => React.ReactNode>> = {
  'core::dataElements::secret': SecretFields,
  'core::conditions::value-comparison': ComparisonFields,
  'adobe-cloud-connector::actions::send-data': RequestFields,
}

const NO_REFERENCES = { components: { schemas: {} } }

/** The settings of a delegate as a form, or as the JSON that they are. */
export function SettingsFields({ delegate, ...props }: SettingsFieldsProps & { delegate: Delegate }) {
  const [isJson, setJson] = useState(false)
  const Fields = FIELDS[delegate.id]
  const members = Object.keys(delegate.schema.properties ?? {})
  const hasForm = Fields !== undefined || members.length > 0
  if (!hasForm && !isJson) return <p className={fieldStyles.help}>It has no settings.</p>
  return (
    <div className={styles.frame}>
      <div className={styles.head}>
        <h3>Settings</h3>
        <Button
          small
          tone="quiet"
          icon={
            isJson ? <ListChecks size={15} aria-hidden="true" /> : <Braces size={15} aria-hidden="true" />
          }
          onClick={() => setJson(!isJson)}
        >
          {isJson ? 'Show as a form' : 'Show as JSON'}
        </Button>
      </div>
      {isJson ? (
        <JsonField form={props.form} at={SETTINGS} label="Settings as JSON" lines={10} />
      ) : Fields ? (
        <Fields {...props} />
      ) : (
        <SchemaFields api={NO_REFERENCES} form={props.form} at={SETTINGS} schema={delegate.schema} />
      )}
    </div>
  )
}
