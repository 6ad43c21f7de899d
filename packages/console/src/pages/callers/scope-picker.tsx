import { useQuery } from '@tanstack/react-query'
import { Plus, Trash2 } from 'lucide-react'
import { useId } from 'react'
import { read } from '../../api/query.ts'
import fieldStyles from '../../form/field.module.css'
import { FieldGroup } from '../../form/field.tsx'
import type { Form } from '../../form/use-form.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { classNames } from '../../ui/class-names.ts'
import styles from './callers.module.css'
import { PATTERNS, PLAIN, reachOf } from './scopes.ts'

/** The rights of a new key, each with what it means and which credentials it reaches. */
export function ScopePicker({ form }: { form: Form<never> | Form }) {
  const scopes = (form.get('/scopes') as string[] | undefined) ?? []
  const { data } = useQuery(read('/v1/credentials', { query: { limit: 500 } }))
  const names = data?.items.map(({ name }) => name) ?? []
  const more = data?.next_cursor != null
  const listId = useId()
  const put = (next: readonly string[]) => form.set('/scopes', next)
  const toggle = (scope: string, on: boolean) =>
    put(on ? [...scopes, scope] : scopes.filter((one) => one !== scope))
  const isAdmin = scopes.includes('admin')
  return (
    <FieldGroup form={form} at="/scopes" label="What it may do" required>
      {(wiring) => (
        <div className={fieldStyles.choices}>
          {PLAIN.map(({ scope, title, note }) => (
            <label key={scope} className={fieldStyles.choice}>
              <input
                type="checkbox"
                aria-describedby={wiring['aria-describedby']}
                aria-invalid={scopes.length === 0 ? wiring['aria-invalid'] : undefined}
                checked={scopes.includes(scope)}
                onChange={({ target }) => toggle(scope, target.checked)}
              />
              <span>
                {title} <code className={styles.scope}>{scope}</code>
              </span>
              <span className={fieldStyles.choiceNote}>{note}</span>
            </label>
          ))}
          {PATTERNS.map(({ prefix, title, note, add }) => (
            <div key={prefix} className={styles.patterns}>
              <p>
                {title} <code className={styles.scope}>{prefix}…</code>
              </p>
              <p className={fieldStyles.help}>
                {note}
                {isAdmin && ' “Everything” includes it.'}
              </p>
              {scopes.map((scope, index) => {
                if (!scope.startsWith(prefix)) return null
                const pattern = scope.slice(prefix.length)
                const isWrong = form.problems.some(({ path }) => path === `/scopes/${index}`)
                return (
                  // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity than their place
                  <div key={index} className={fieldStyles.field}>
                    <div className={fieldStyles.row}>
                      <input
                        className={classNames(fieldStyles.input, fieldStyles.code)}
                        aria-label={`${title}: credential or pattern`}
                        aria-invalid={isWrong || undefined}
                        aria-describedby={`${listId}-${index}`}
                        list={listId}
                        placeholder="sales-*"
                        value={pattern}
                        autoComplete="off"
                        spellCheck={false}
                        onChange={({ target }) => put(scopes.with(index, prefix + target.value.trim()))}
                      />
                      <IconButton
                        name={`Remove ${pattern || 'this row'}`}
                        onClick={() => put(scopes.toSpliced(index, 1))}
                      >
                        <Trash2 size={16} aria-hidden="true" />
                      </IconButton>
                    </div>
                    <p id={`${listId}-${index}`} className={fieldStyles.help}>
                      {reachOf(pattern, names, more)}
                    </p>
                  </div>
                )
              })}
              <Button
                small
                tone="quiet"
                className={fieldStyles.addRow}
                icon={<Plus size={15} aria-hidden="true" />}
                onClick={() => put([...scopes, prefix])}
              >
                {add}
              </Button>
            </div>
          ))}
          <datalist id={listId}>
            {names.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </div>
      )}
    </FieldGroup>
  )
}
