import fieldStyles from '../../form/field.module.css'
import { SelectField } from '../../form/inputs.tsx'
import { type ApiDescription, grantsOf, recipeMembers } from '../../form/json-schema.ts'
import { SchemaFields } from '../../form/schema-fields.tsx'
import type { Form } from '../../form/use-form.ts'
import { Card } from '../../ui/card.tsx'
import styles from './providers.module.css'

/** Members that have a place of their own: in the workbench, or among what each credential brings. */
const ELSEWHERE = ['grant', 'token_request', 'refresh_request', 'response', 'field_values']
const ADVANCED = [
  'client_assertion_audience',
  'client_auth_encoding',
  'alg',
  'key_id',
  'certificate',
  'audience',
  'resource',
  'extra_params',
  'extra_headers',
  'extra_authorization_params',
  'authorization_issuer',
  'callback_path',
  'revocation_url',
  'content_type',
  'refresh_url',
  'user_context',
  'validations',
  'lifetime',
  'injection',
]

/** The recipe as fields, drawn from what the server says of its grants. Nothing is required: credentials complete it. */
export function RecipeForm({ api, form }: { api: ApiDescription; form: Form<never> | Form }) {
  const grant = String(form.get('/recipe/grant') ?? '')
  const members = recipeMembers(api, grant)
  const schema = members && { ...members, required: [] }
  return (
    <div className={styles.recipe}>
      <Card title="How a token is got" note="Whatever is left empty, each credential brings itself.">
        <div className={fieldStyles.grid}>
          <SelectField
            form={form}
            at="/recipe/grant"
            label="Grant"
            required
            options={grantsOf(api).map((value) => ({ value, title: value }))}
          />
          {schema && (
            <SchemaFields
              key={grant}
              api={api}
              form={form}
              at="/recipe"
              schema={schema}
              skip={[...ELSEWHERE, ...ADVANCED]}
            />
          )}
        </div>
      </Card>
      {schema && (
        <Card title="More" note="For providers that want something of their own.">
          <SchemaFields key={grant} api={api} form={form} at="/recipe" schema={schema} only={ADVANCED} />
        </Card>
      )}
    </div>
  )
}
