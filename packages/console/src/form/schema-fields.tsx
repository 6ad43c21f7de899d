import styles from './field.module.css'
import { CheckField, JsonField, ListField, MapField, NumberField, SelectField, TextField } from './inputs.tsx'
import { type ApiDescription, type JsonSchema, kindOf, resolve, variantsOf } from './json-schema.ts'
import { joinPointer } from './pointer.ts'
import type { Form } from './use-form.ts'

/** `token_url` is `Token URL`: how a member of the wire is called in the console. */
export function titleOfMember(name: string): string {
  const words = name.split('_').map((word) => ACRONYMS[word] ?? word)
  const [first = '', ...rest] = words
  return [first.charAt(0).toUpperCase() + first.slice(1), ...rest].join(' ')
}

const ACRONYMS: Readonly<Record<string, string>> = {
  url: 'URL',
  id: 'ID',
  ttl: 'TTL',
  jwt: 'JWT',
  uri: 'URI',
  pkce: 'PKCE',
  auth: 'authentication',
  params: 'parameters',
  alg: 'algorithm',
}

/** Fields for the members of an object schema, in its order; `skip` names those that stand elsewhere. */
export function SchemaFields({
  api,
  form,
  at,
  schema,
  skip = [],
  only,
}: {
  api: ApiDescription
  form: Form<never> | Form
  /** JSON pointer of the object. */
  at: string
  schema: JsonSchema
  skip?: readonly string[]
  only?: readonly string[]
}) {
  const members = Object.entries(resolve(api, schema).properties ?? {}).filter(
    ([name, member]) =>
      member.const === undefined && !skip.includes(name) && (only === undefined || only.includes(name)),
  )
  const required = new Set(resolve(api, schema).required ?? [])
  return (
    <div className={styles.grid}>
      {members.map(([name, member]) => (
        <SchemaField
          key={name}
          api={api}
          form={form}
          at={joinPointer(at, name)}
          label={titleOfMember(name)}
          schema={member}
          required={required.has(name)}
        />
      ))}
    </div>
  )
}

/** One field, of the kind that the schema asks for. */
export function SchemaField({
  api,
  schema,
  ...field
}: {
  api: ApiDescription
  form: Form<never> | Form
  at: string
  label: string
  schema: JsonSchema
  required?: boolean
}) {
  const whole = resolve(api, schema)
  const props = { ...field, help: whole.description }
  switch (kindOf(api, whole)) {
    case 'choice': {
      const options = variantsOf(api, whole).find((one) => one.enum !== undefined)?.enum ?? []
      return <SelectField {...props} none="–" options={options.map((value) => ({ value, title: value }))} />
    }
    case 'boolean':
      // An empty box says nothing; where that is not the same as no, no has to be sayable.
      return whole.default === false ? (
        <CheckField {...props} />
      ) : (
        <SelectField
          {...props}
          none={whole.default === true ? 'Yes' : '–'}
          options={YES_AND_NO}
          onChange={(chosen) => props.form.set(props.at, chosen === '' ? undefined : chosen === 'true')}
        />
      )
    case 'number':
      return (
        <NumberField
          {...props}
          placeholder={whole.default === undefined ? undefined : String(whole.default)}
        />
      )
    case 'list':
      return <ListField {...props} />
    case 'map':
      return <MapField {...props} />
    case 'json':
      return <JsonField {...props} />
    case 'text':
      return <TextField {...props} />
  }
}

const YES_AND_NO = [
  { value: 'true', title: 'Yes' },
  { value: 'false', title: 'No' },
]
