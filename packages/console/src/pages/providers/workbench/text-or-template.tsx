import { type ReactNode, useId } from 'react'
import fieldStyles from '../../../form/field.module.css'
import type { Form } from '../../../form/use-form.ts'
import { CodeEditor } from './code-editor.tsx'
import { isTemplate, type Rendering, sourceOf } from './use-rendering.ts'
import styles from './workbench.module.css'

/** A text of the recipe with a switch that makes a template of it, and below what comes of it. */
export function TextOrTemplate({
  form,
  at,
  label,
  rendering,
  lines,
  placeholder,
  extra,
  keepEmpty,
}: {
  form: Form<never> | Form
  at: string
  label: string
  rendering: Rendering
  lines?: number
  placeholder?: string
  extra?: ReactNode
  /** An empty text is a value as well. */
  keepEmpty?: boolean
}) {
  const id = useId()
  const value = form.get(at)
  const source = sourceOf(value)
  const asTemplate = isTemplate(value)
  const put = (text: string, template: boolean) =>
    form.set(at, text === '' ? (keepEmpty ? '' : undefined) : template ? { template: text } : text)
  const problem = form.problemAt(at)
  return (
    <div className={styles.part}>
      <div className={styles.partHead}>
        <label htmlFor={id} className={fieldStyles.label}>
          {label}
        </label>
        {extra}
        <label className={fieldStyles.check}>
          <input
            type="checkbox"
            checked={asTemplate}
            disabled={source === ''}
            aria-label={`${label} is a template`}
            onChange={({ target }) => put(source, target.checked)}
          />
          Template
        </label>
      </div>
      <CodeEditor
        id={id}
        label={label}
        value={source}
        lines={lines ?? 1}
        placeholder={placeholder}
        fault={rendering.fault ?? problem}
        onChange={(text) =>
          put(
            text,
            value === undefined || value === '' ? text.includes('{{') || text.includes('{%') : asTemplate,
          )
        }
      />
    </div>
  )
}
