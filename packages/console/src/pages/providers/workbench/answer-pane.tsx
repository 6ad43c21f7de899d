import { useId, useMemo } from 'react'
import fieldStyles from '../../../form/field.module.css'
import { joinPointer } from '../../../form/pointer.ts'
import type { Form } from '../../../form/use-form.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Notice } from '../../../ui/notice.tsx'
import { toast } from '../../../ui/toast.tsx'
import { CodeEditor } from './code-editor.tsx'
import { pathExpression, pathText, type Step } from './json-path.ts'
import { JsonTree, type Target } from './json-tree.tsx'
import { Mappings } from './mappings.tsx'
import { readSample, type Sample } from './sample.ts'
import styles from './workbench.module.css'

const TARGETS: readonly Target[] = [
  { id: 'access_token', title: 'Access token' },
  { id: 'refresh_token', title: 'Refresh token' },
  { id: 'expires_in', title: 'Lifetime in seconds' },
  { id: 'token_type', title: 'Token type' },
  { id: 'scope', title: 'Scope' },
  { id: '', title: 'errors' },
  { id: 'error', title: 'Error' },
  { id: 'error_description', title: 'Description of the error' },
  { id: '', title: 'others' },
  { id: '+output', title: 'A further token (output)' },
  { id: '+field', title: 'A field that answers tell' },
]

const EXAMPLE = '{\n  "data": { "jwt": "eyJ…", "ttl": 3600 }\n}'

/** A sample answer, and what the recipe takes out of it. */
export function AnswerPane({
  form,
  context,
  sample,
  onSample,
}: {
  form: Form<never> | Form
  context: object
  sample: Sample
  onSample: (sample: Sample) => void
}) {
  const id = useId()
  const parsed = useMemo(() => readSample(sample), [sample])
  const isReadable = typeof parsed === 'object' && parsed !== null
  const pick = (steps: readonly Step[], target: string) => {
    const path = pathText(steps)
    const mapping = path ?? { template: `{{ ${pathExpression(steps)} }}` }
    const last = String(steps.findLast((step) => typeof step === 'string') ?? 'value')
    if (target === '+output') {
      const name =
        last
          .toLowerCase()
          .replaceAll(/[^a-z0-9_]+/g, '_')
          .replace(/^[^a-z]+/, '') || 'token'
      form.set(joinPointer('/recipe/response/outputs', name), mapping)
    } else if (target === '+field') {
      addField(form, last, mapping)
    } else form.set(`/recipe/response/${target}`, mapping)
    toast.done(`${steps.join('.')} is mapped`)
  }
  return (
    <Card
      title="Answer"
      note="Paste an answer of the token endpoint, then pick what is what. It stays in this page."
      actions={
        sample.body === '' && (
          <Button small tone="quiet" onClick={() => onSample({ status: 200, body: EXAMPLE })}>
            Show me with an example
          </Button>
        )
      }
    >
      <div className={fieldStyles.grid}>
        <div className={styles.part}>
          <div className={styles.partHead}>
            <label htmlFor={id} className={fieldStyles.label}>
              Sample answer
            </label>
            <label className={styles.status}>
              Status
              <input
                className={fieldStyles.input}
                inputMode="numeric"
                value={sample.status}
                onChange={({ target }) =>
                  onSample({ ...sample, status: Number(target.value.replace(/\D/g, '')) })
                }
              />
            </label>
          </div>
          <CodeEditor
            id={id}
            label="Sample answer"
            lines={5}
            value={sample.body}
            placeholder={'{ "access_token": "…", "expires_in": 3600 }'}
            onChange={(body) => onSample({ ...sample, body })}
          />
        </div>
        {isReadable ? (
          <div>
            <h3 className={styles.previewTitle}>Pick a value to map it</h3>
            <JsonTree value={parsed} targets={TARGETS} onPick={pick} />
          </div>
        ) : (
          sample.body.trim() !== '' && (
            <Notice tone="info" title="This is neither JSON nor form-encoded.">
              Paths find nothing in it; templates see it as <code>response.body</code>.
            </Notice>
          )
        )}
        <Mappings form={form} context={context} sample={sample} parsed={parsed} />
      </div>
    </Card>
  )
}

/** A field of that name, or another where it is taken. */
function addField(form: Form<never> | Form, wanted: string, mapping: unknown) {
  const fields = (form.get('/recipe/fields') as Array<Record<string, unknown>> | undefined) ?? []
  const base = wanted.replaceAll(/[^A-Za-z0-9_]+/g, '_').replace(/^[^A-Za-z]+/, '') || 'told'
  const at = fields.findIndex(({ name }) => name === base)
  if (at >= 0) form.set('/recipe/fields', fields.with(at, { ...fields[at], from_response: mapping }))
  else form.set('/recipe/fields', [...fields, { name: base, from_response: mapping }])
}
