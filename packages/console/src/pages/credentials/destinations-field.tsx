import { Plus, Trash2 } from 'lucide-react'
import fieldStyles from '../../form/field.module.css'
import { FieldGroup } from '../../form/field.tsx'
import type { Form } from '../../form/use-form.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import styles from './credentials.module.css'

type Rule = string | { url: string; methods?: string[] | null }

const urlOf = (rule: Rule) => (typeof rule === 'string' ? rule : rule.url)
const methodsOf = (rule: Rule) => (typeof rule === 'string' ? '' : (rule.methods ?? []).join(' '))

function ruleOf(url: string, methods: string): Rule {
  const list = methods
    .toUpperCase()
    .split(/[\s,]+/)
    .filter(Boolean)
  return list.length > 0 || /[\s,]$/.test(methods) ? { url, methods: list } : url
}

/** Where the token may go: a prefix of the URL, and methods where not all are meant. */
export function DestinationsField({ form }: { form: Form<never> | Form }) {
  const at = '/destinations'
  const rules = (form.get(at) as Rule[] | undefined) ?? []
  const shown = rules.length > 0 ? rules : ['']
  return (
    <FieldGroup
      form={form}
      at={at}
      label="Destinations"
      help="URLs the token may be sent to; it goes nowhere else. Everything below a URL is meant, and a host may begin with “*.”."
    >
      {(wiring) => (
        <div className={fieldStyles.rows}>
          {shown.map((rule, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity than their place
            <div key={index} className={fieldStyles.row}>
              <input
                {...wiring}
                id={undefined}
                aria-invalid={
                  form.problems.some(({ path }) => path.startsWith(`${at}/${index}`)) || undefined
                }
                aria-label={`Destination ${index + 1}`}
                className={classNames(fieldStyles.input, fieldStyles.code)}
                placeholder="https://api.example.com/v1/"
                value={urlOf(rule)}
                spellCheck={false}
                autoComplete="off"
                onChange={({ target }) =>
                  form.set(at, shown.with(index, ruleOf(target.value, methodsOf(rule))))
                }
              />
              <input
                aria-label={`Methods of destination ${index + 1}`}
                className={classNames(fieldStyles.input, fieldStyles.code, styles.methods)}
                placeholder="All methods"
                defaultValue={methodsOf(rule)}
                spellCheck={false}
                onChange={({ target }) => form.set(at, shown.with(index, ruleOf(urlOf(rule), target.value)))}
              />
              <IconButton
                name={`Remove destination ${index + 1}`}
                disabled={shown.length === 1 && urlOf(rule) === ''}
                onClick={() => form.set(at, shown.toSpliced(index, 1))}
              >
                <Trash2 size={16} aria-hidden="true" />
              </IconButton>
            </div>
          ))}
          <Button
            small
            tone="quiet"
            className={fieldStyles.addRow}
            icon={<Plus size={15} aria-hidden="true" />}
            onClick={() => form.set(at, [...shown, ''])}
          >
            Add a destination
          </Button>
        </div>
      )}
    </FieldGroup>
  )
}
