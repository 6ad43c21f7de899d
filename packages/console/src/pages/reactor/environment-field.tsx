import { useQuery } from '@tanstack/react-query'
import { SelectField } from '../../form/inputs.tsx'
import type { Form } from '../../form/use-form.ts'
import { type Environment, readMany } from './wire.ts'

/** One environment of a property, or none, as a relationship to one. */
export function EnvironmentField({
  form,
  at,
  propertyId,
  stage,
  none,
}: {
  form: Form
  /** JSON pointer of the linkage. */
  at: string
  propertyId: string
  /** Only those of this stage. */
  stage?: Environment['stage']
  none: string
}) {
  const { data } = useQuery(readMany<Environment>(`/properties/${propertyId}/environments`))
  return (
    <SelectField
      form={form}
      at={`${at}/id`}
      label="Environment"
      none={none}
      options={(data?.data ?? [])
        .filter(({ attributes }) => stage === undefined || attributes.stage === stage)
        .map(({ id, attributes }) => ({ value: id, title: `${attributes.name} (${attributes.stage})` }))}
      onChange={(id) => form.set(at, id === '' ? undefined : { type: 'environments', id })}
    />
  )
}
