import { Stack } from '../../app/page.tsx'
import fieldStyles from '../../form/field.module.css'
import { SelectField } from '../../form/inputs.tsx'
import { type ApiDescription, grantsOf, recipeMembers, resolve } from '../../form/json-schema.ts'
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
]
/** Parts that are objects with members of their own. */
const PARTS = [
  { name: 'lifetime', title: 'Lifetime', note: 'When the token ends and when it is replaced.' },
  { name: 'injection', title: 'Injection', note: 'How the token stands in a request.' },
] as const

/** The recipe as fields, drawn from what the server says of its grants. Nothing is required: credentials complete it. */
export function RecipeForm({ api, form }: { api: ApiDescription; form: Form<never> | Form }) {
  const grant = String(form.get('/recipe/grant') ?? '')
  const members = recipeMembers(api, grant)
  const schema = members && { ...members, required: [] }
  const isMoreOpen = ADVANCED.some((name) => form.get(`/recipe/${name}`) !== undefined)
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
            <>
              <SchemaFields
                key={grant}
                api={api}
                form={form}
                at="/recipe"
                schema={schema}
                skip={[...ELSEWHERE, ...ADVANCED, ...PARTS.map(({ name }) => name)]}
              />
              <details className={fieldStyles.more} open={isMoreOpen || undefined}>
                <summary>More, for providers that want something of their own</summary>
                <div>
                  <SchemaFields
                    key={grant}
                    api={api}
                    form={form}
                    at="/recipe"
                    schema={schema}
                    only={ADVANCED}
                  />
                </div>
              </details>
            </>
          )}
        </div>
      </Card>
      <Stack>
        {PARTS.map(({ name, title, note }) => {
          const part = schema?.properties?.[name]
          return (
            part && (
              <Card key={name} title={title} note={note}>
                <SchemaFields
                  key={grant}
                  api={api}
                  form={form}
                  at={`/recipe/${name}`}
                  schema={{ ...resolve(api, part), required: [] }}
                />
              </Card>
            )
          )
        })}
      </Stack>
    </div>
  )
}
