import { useQuery } from '@tanstack/react-query'
import fieldStyles from '../../form/field.module.css'
import { classNames } from '../../ui/class-names.ts'
import styles from './settings-fields.module.css'
import { type DataElement, readMany } from './wire.ts'

export const elementsQuery = (propertyId: string) =>
  readMany<DataElement>(`/properties/${propertyId}/data_elements`)

export const referenceTo = (name: string) => `{{${name}}}`

/** Which data elements can be named, as they are written. */
export function ElementNames({ propertyId }: { propertyId: string }) {
  const { data } = useQuery(elementsQuery(propertyId))
  if (data === undefined || data.data.length === 0) return null
  return (
    <span className={classNames(fieldStyles.help, styles.names)}>
      Data elements that can stand here:
      {data.data.map(({ id, attributes }) => (
        <code key={id}>{referenceTo(attributes.name)}</code>
      ))}
    </span>
  )
}
