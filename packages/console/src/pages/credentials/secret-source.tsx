import { useRef } from 'react'
import fieldStyles from '../../form/field.module.css'
import { ChoiceField, SecretField, SelectField, TextField } from '../../form/inputs.tsx'
import { type ApiDescription, type JsonSchema, variantsOf } from '../../form/json-schema.ts'
import { joinPointer } from '../../form/pointer.ts'
import { titleOfMember } from '../../form/schema-fields.tsx'
import type { Form } from '../../form/use-form.ts'
import { SECRET_TITLES } from './kinds.ts'

interface SecretSourceProps {
  api: ApiDescription
  form: Form<never> | Form
  /** Of the secret, as the API calls it. */
  name: string
  required: boolean
  /** The credential has one, which stays unless another is given. */
  isSet?: boolean | undefined
  /** `Secret Source` stands above the first only when there are several. */
  title?: string | undefined
}

/** Where a secret comes from: sealed here, or read from a store outside at each exchange. */
export function SecretSource({ api, form, name, required, isSet, title }: SecretSourceProps) {
  const at = joinPointer('/secrets', name)
  const value = form.get(at)
  const isExternal = typeof value === 'object' && value !== null
  // Whoever looks at the other source and comes back finds what they had typed.
  const kept = useRef<{ internal?: unknown; external?: unknown }>({})
  const choose = (source: string) => {
    kept.current[isExternal ? 'external' : 'internal'] = value
    const back =
      source === 'external'
        ? (kept.current.external ?? { from: stores(api)[0]?.from })
        : kept.current.internal
    form.set(at, back)
  }
  const label = title ?? SECRET_TITLES[name] ?? titleOfMember(name)
  return (
    <div className={fieldStyles.grid}>
      <ChoiceField
        form={form}
        at={`${at}/source`}
        label={name === 'client_secret' ? 'Secret Source' : `Source of ${label}`}
        required={required}
        inline
        fallback={isExternal ? 'external' : 'internal'}
        onChange={choose}
        choices={[
          { value: 'internal', title: 'Internal' },
          { value: 'external', title: 'External' },
        ]}
        help={
          isExternal
            ? 'Bursar reads it from there at each exchange and keeps no copy.'
            : 'Bursar seals it and never shows it again.'
        }
      />
      {isExternal ? (
        <Reference api={api} form={form} at={at} label={label} required={required} />
      ) : (
        <SecretField
          form={form}
          at={at}
          label={label}
          required={required && !isSet}
          isSet={isSet}
          lines={name === 'private_key' ? 5 : undefined}
        />
      )}
    </div>
  )
}

/** In place of the secret: which store, and what it is called there. */
function Reference({
  api,
  form,
  at,
  label,
  required,
}: {
  api: ApiDescription
  form: Form<never> | Form
  at: string
  label: string
  required: boolean
}) {
  const known = stores(api)
  const from = String(form.get(`${at}/from`) ?? '')
  const members = Object.entries(known.find((store) => store.from === from)?.schema.properties ?? {}).filter(
    ([name]) => name !== 'from',
  )
  const needed = known.find((store) => store.from === from)?.schema.required ?? []
  return (
    <div className={fieldStyles.pair}>
      <SelectField
        form={form}
        at={`${at}/from`}
        label={`${label}: store`}
        required={required}
        options={known.map((store) => ({ value: store.from, title: store.title }))}
        onChange={(next) => form.set(at, { from: next })}
      />
      {members.map(([name, member]) => (
        <TextField
          key={name}
          form={form}
          at={joinPointer(at, name)}
          label={REFERENCE_TITLES[`${from}.${name}`] ?? titleOfMember(name)}
          help={member.description}
          required={required && needed.includes(name)}
          code
        />
      ))}
    </div>
  )
}

const STORE_TITLES: Readonly<Record<string, string>> = {
  env: 'Environment variable',
  file: 'File',
  provider: 'Shared by a provider',
  aws: 'AWS Secrets Manager',
  'aws-secrets-manager': 'AWS Secrets Manager',
  aws_secrets_manager: 'AWS Secrets Manager',
  azure: 'Azure Key Vault',
  'azure-key-vault': 'Azure Key Vault',
  azure_key_vault: 'Azure Key Vault',
}

const REFERENCE_TITLES: Readonly<Record<string, string>> = {
  'env.name': 'Secret reference (variable)',
  'file.path': 'Secret reference (path)',
  'provider.provider': 'Provider',
  'provider.name': 'Secret reference (name)',
}

/** Every store that the running server knows, by its own description. */
function stores(api: ApiDescription): Array<{ from: string; title: string; schema: JsonSchema }> {
  const secrets = api.components.schemas.CredentialInput?.properties?.secrets
  const one = secrets && (secrets.properties?.client_secret ?? secrets)
  if (one === undefined) return []
  return variantsOf(api, one).flatMap((schema) => {
    const from = schema.properties?.from?.const
    if (typeof from !== 'string') return []
    return [{ from, title: STORE_TITLES[from] ?? titleOfMember(from), schema }]
  })
}
