import type { AnyRecipe } from '@bursar/domain/every-recipe.ts'
import { secretNeeds } from '@bursar/domain/secret-needs.ts'
import fieldStyles from '../../form/field.module.css'
import { CheckField, MapField, SecretField, TextField } from '../../form/inputs.tsx'
import { type ApiDescription, type JsonSchema, recipeMembers } from '../../form/json-schema.ts'
import { joinPointer } from '../../form/pointer.ts'
import { SchemaField, SchemaFields, titleOfMember } from '../../form/schema-fields.tsx'
import type { Form } from '../../form/use-form.ts'
import { ClientAuthentication } from './client-authentication.tsx'
import type { CredentialDraft } from './credential.ts'
import { DestinationsField } from './destinations-field.tsx'
import { type CredentialKind, MEMBER_EXAMPLES, MEMBER_TITLES } from './kinds.ts'
import { SecretSource } from './secret-source.tsx'

interface CredentialFieldsProps {
  api: ApiDescription
  form: Form<CredentialDraft>
  kind: CredentialKind
  /** Secrets that the credential has already; absent while it is being added. */
  set?: Readonly<Record<string, unknown>> | undefined
}

/** The secrets that a draft takes, judged by the rules that the broker itself goes by. */
export function secretsOf(draft: CredentialDraft): {
  required: readonly string[]
  optional: readonly string[]
} {
  try {
    return secretNeeds(draft.recipe as unknown as AnyRecipe)
  } catch {
    // A recipe that is only half written says nothing yet.
    return { required: [], optional: [] }
  }
}

/** Everything of a credential but its name: what the grant asks, secrets, method, destinations, and the rest. */
export function CredentialFields({ api, form, kind, set }: CredentialFieldsProps) {
  const schema = recipeMembers(api, kind.grant)
  if (schema === undefined) return null
  const members = schema.properties ?? {}
  const needs = secretsOf(form.value)
  const hasClient =
    'client_auth' in members && (kind.required.includes('client_id') || form.get('/recipe/client_id'))
  const shown = [...kind.above, ...kind.below, 'grant', 'client_auth']
  const untyped = form as unknown as Form
  const member = (name: string) =>
    members[name] && (
      <RecipeMember key={name} api={api} form={untyped} kind={kind} name={name} schema={members[name]} />
    )
  return (
    <>
      {kind.above.map(member)}
      {needs.required.map((name) => (
        <SecretSource key={name} api={api} form={untyped} name={name} required isSet={set && name in set} />
      ))}
      {kind.confirms && typeof form.get(`/secrets/${kind.confirms}`) !== 'object' && (
        <SecretField form={untyped} at="/confirm" label="Confirm Password" required={set === undefined} />
      )}
      {kind.below.map(member)}
      {hasClient && <ClientAuthentication form={untyped} required />}
      <DestinationsField form={untyped} />
      <details className={fieldStyles.more}>
        <summary>More: environment, labels, lifetime and the rest of the recipe</summary>
        <div className={fieldStyles.grid}>
          <TextField form={untyped} at="/environment" label="Environment" placeholder="production" />
          <MapField form={untyped} at="/labels" label="Labels" addLabel="Add a label" />
          {needs.optional.map((name) => (
            <SecretSource
              key={name}
              api={api}
              form={untyped}
              name={name}
              required={false}
              isSet={set && name in set}
            />
          ))}
          <SchemaFields api={api} form={untyped} at="/recipe" schema={schema} skip={shown} />
        </div>
      </details>
    </>
  )
}

function RecipeMember({
  api,
  form,
  kind,
  name,
  schema,
}: {
  api: ApiDescription
  form: Form
  kind: CredentialKind
  name: string
  schema: JsonSchema
}) {
  const at = joinPointer('/recipe', name)
  const label = MEMBER_TITLES[name] ?? titleOfMember(name)
  const required = kind.required.includes(name)
  if (name === 'scope') return <ScopeField form={form} required={required} />
  if (MEMBER_TITLES[name] === undefined && MEMBER_EXAMPLES[name] === undefined) {
    return <SchemaField api={api} form={form} at={at} label={label} schema={schema} required={required} />
  }
  return (
    <TextField
      form={form}
      at={at}
      label={label}
      required={required}
      placeholder={MEMBER_EXAMPLES[name]}
      type={name.endsWith('_url') ? 'url' : 'text'}
      code={name !== 'username'}
    />
  )
}

/** One text with blanks between the scopes, RFC 6749 §3.3; kept as it is typed. */
function ScopeField({ form, required }: { form: Form; required: boolean }) {
  const isWithout = form.get('/without_scopes') === true
  return (
    <div className={fieldStyles.grid}>
      <TextField
        form={form}
        at="/recipe/scope"
        label="Scopes"
        required={required && !isWithout}
        disabled={isWithout}
        code
        placeholder={MEMBER_EXAMPLES.scope}
        help="Separated by blanks. Capital and small letters differ."
      />
      {required && !form.get('/recipe/scope') && (
        <CheckField form={form} at="/without_scopes" label="This server knows no scopes" />
      )}
    </div>
  )
}
