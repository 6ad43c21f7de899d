import { useQuery } from '@tanstack/react-query'
import { SelectField } from '../../form/inputs.tsx'
import { SETTINGS, type SettingsFieldsProps } from './settings-document.ts'
import { readMany, type Secret, STAGES } from './wire.ts'

/** One secret for each stage: a build for a stage takes the one of that stage. */
export function SecretFields({ form, propertyId }: SettingsFieldsProps) {
  const { data } = useQuery(readMany<Secret>(`/properties/${propertyId}/secrets`))
  const secrets = data?.data ?? []
  return STAGES.map((stage) => {
    const at = `${SETTINGS}/secrets/${stage}`
    const options = secrets
      .filter(({ relationships }) => relationships.environment?.meta?.stage === stage)
      .map(({ id, attributes: { name } }) => ({ value: id, title: name }))
    return (
      <SelectField
        key={stage}
        form={form}
        at={`${at}/id`}
        label={`Secret for ${stage}`}
        none={options.length === 0 ? `No secret has an environment of ${stage}` : 'None'}
        options={options}
        onChange={(id) => {
          const name = options.find(({ value }) => value === id)?.title
          form.set(at, name === undefined ? undefined : { id, name })
        }}
      />
    )
  })
}
