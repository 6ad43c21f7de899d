import { Trash2 } from 'lucide-react'
import { useId } from 'react'
import fieldStyles from '../../../form/field.module.css'
import { joinPointer } from '../../../form/pointer.ts'
import type { Form } from '../../../form/use-form.ts'
import { IconButton } from '../../../ui/button.tsx'
import { classNames } from '../../../ui/class-names.ts'
import { CodeEditor } from './code-editor.tsx'
import { valueAtPath } from './json-path.ts'
import type { Sample } from './sample.ts'
import { isTemplate, useRendering } from './use-rendering.ts'
import styles from './workbench.module.css'

const MEMBERS = [
  ['access_token', 'Access token'],
  ['refresh_token', 'Refresh token'],
  ['expires_in', 'Lifetime in seconds'],
  ['token_type', 'Token type'],
  ['scope', 'Scope'],
  ['error', 'Error'],
  ['error_description', 'Description of the error'],
] as const
const ALWAYS = new Set(['access_token', 'refresh_token', 'expires_in', 'error'])

type Kind = 'path' | 'template' | 'value'
const kindOf = (mapping: unknown): Kind =>
  isTemplate(mapping)
    ? 'template'
    : typeof mapping === 'object' && mapping !== null && 'value' in mapping
      ? 'value'
      : 'path'

const textOf = (mapping: unknown): string => {
  if (isTemplate(mapping)) return mapping.template
  if (typeof mapping === 'object' && mapping !== null && 'value' in mapping) return String(mapping.value)
  return typeof mapping === 'string' ? mapping : ''
}

/** A whole number is meant as one: lifetimes are. */
const constantOf = (text: string) => (/^\d{1,12}$/.test(text) ? { value: Number(text) } : { value: text })

/** Where the recipe takes each thing from, and what that is in the sample. */
export function Mappings({
  form,
  context,
  sample,
  parsed,
}: {
  form: Form<never> | Form
  context: object
  sample: Sample
  parsed: unknown
}) {
  const response = (form.get('/recipe/response') as Record<string, unknown> | undefined) ?? {}
  const outputs = Object.keys((response.outputs as object | undefined) ?? {})
  const fields =
    (form.get('/recipe/fields') as Array<{ name?: string; from_response?: unknown }> | undefined) ?? []
  const seen = { ...context, response: { status: sample.status, headers: {}, body: parsed ?? sample.body } }
  const shared = { form, context: seen, parsed, hasSample: sample.body.trim() !== '' }
  return (
    <div className={styles.mappings}>
      <h3>What is taken out</h3>
      {MEMBERS.filter(([member]) => ALWAYS.has(member) || response[member] !== undefined).map(
        ([member, title]) => (
          <MappingRow
            key={member}
            {...shared}
            at={`/recipe/response/${member}`}
            title={title}
            usual={member}
          />
        ),
      )}
      {outputs.map((name) => (
        <MappingRow
          key={`output ${name}`}
          {...shared}
          at={joinPointer('/recipe/response/outputs', name)}
          title={`Output ${name}`}
        />
      ))}
      {Array.isArray(fields) &&
        fields.map(
          ({ name, from_response }, index) =>
            from_response !== undefined && (
              <MappingRow
                key={`field ${name}`}
                {...shared}
                at={`/recipe/fields/${index}/from_response`}
                title={`Field ${name}`}
                onRemove={() => form.set('/recipe/fields', fields.toSpliced(index, 1))}
              />
            ),
        )}
    </div>
  )
}

function MappingRow({
  form,
  at,
  title,
  usual,
  context,
  parsed,
  hasSample,
  onRemove,
}: {
  form: Form<never> | Form
  at: string
  title: string
  /** The name that the standard gives it, which counts where nothing is said. */
  usual?: string
  context: object
  parsed: unknown
  hasSample: boolean
  onRemove?: () => void
}) {
  const id = useId()
  const mapping = form.get(at)
  const kind = kindOf(mapping)
  const text = textOf(mapping)
  const { output, fault } = useRendering(kind === 'template' ? mapping : undefined, context)
  const problem = form.problemAt(at)
  const put = (next: string, as: Kind) =>
    form.set(
      at,
      next === '' && as === 'path'
        ? undefined
        : as === 'path'
          ? next
          : as === 'template'
            ? { template: next }
            : constantOf(next),
    )
  const found =
    kind === 'template' ? output : kind === 'value' ? text : valueAtPath(parsed, text || (usual ?? ''))
  const label = `${title}, ${kind === 'path' ? 'path' : kind === 'template' ? 'template' : 'constant'}`
  return (
    <div className={styles.mapping}>
      <div className={styles.partHead}>
        <label htmlFor={id} className={fieldStyles.label}>
          {title}
        </label>
        <select
          aria-label={`${title} comes from`}
          className={classNames(fieldStyles.input, styles.kind)}
          value={kind}
          onChange={({ target }) =>
            put(target.value === 'path' && kind !== 'path' ? '' : text, target.value as Kind)
          }
        >
          <option value="path">Path</option>
          <option value="template">Template</option>
          <option value="value">Constant</option>
        </select>
        {(mapping !== undefined || onRemove) && (
          <IconButton
            small
            name={`Forget where ${title} comes from`}
            onClick={() => (onRemove ? onRemove() : form.set(at, undefined))}
          >
            <Trash2 size={15} aria-hidden="true" />
          </IconButton>
        )}
      </div>
      {kind === 'template' ? (
        <CodeEditor
          id={id}
          label={label}
          lines={1}
          value={text}
          fault={fault ?? problem}
          onChange={(next) => put(next, kind)}
        />
      ) : (
        <>
          <input
            id={id}
            aria-label={label}
            aria-invalid={problem ? true : undefined}
            aria-describedby={problem ? `${id}-problem` : undefined}
            className={classNames(fieldStyles.input, fieldStyles.code)}
            placeholder={usual}
            value={text}
            spellCheck={false}
            autoComplete="off"
            onChange={({ target }) => put(target.value, kind)}
          />
          {problem && (
            <p id={`${id}-problem`} className={fieldStyles.problem}>
              {problem.detail} {problem.hint}
            </p>
          )}
        </>
      )}
      {hasSample && <Found value={found} />}
    </div>
  )
}

function Found({ value }: { value: unknown }) {
  if (value === undefined || value === null || value === '') {
    return <p className={styles.found}>nothing in the sample</p>
  }
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return (
    <p className={styles.found} data-there>
      = <code>{text.length > 80 ? `${text.slice(0, 80)}…` : text}</code>
    </p>
  )
}
