import { Eye, EyeOff, Plus, Trash2 } from 'lucide-react'
import { type HTMLInputTypeAttribute, type ReactNode, useEffect, useId, useState } from 'react'
import { Button, IconButton } from '../ui/button.tsx'
import { classNames } from '../ui/class-names.ts'
import styles from './field.module.css'
import { Field, FieldGroup, type FieldProps } from './field.tsx'

const textOf = (value: unknown): string => (value === undefined || value === null ? '' : String(value))

interface TextFieldProps extends FieldProps {
  placeholder?: string | undefined
  type?: HTMLInputTypeAttribute
  /** In letters of one width: for what is not prose. */
  code?: boolean | undefined
  lines?: number | undefined
  autoFocus?: boolean | undefined
  disabled?: boolean | undefined
  suggestions?: readonly string[] | undefined
}

/** A text; an empty one is no value. */
export function TextField({
  placeholder,
  type = 'text',
  code,
  lines,
  autoFocus,
  disabled,
  suggestions,
  ...field
}: TextFieldProps) {
  const { form, at } = field
  const listId = useId()
  const common = {
    className: classNames(styles.input, code && styles.code),
    value: textOf(form.get(at)),
    placeholder,
    disabled,
    autoComplete: 'off',
    spellCheck: false,
    onChange: (event: { target: { value: string } }) => form.set(at, event.target.value || undefined),
  }
  return (
    <Field {...field}>
      {(wiring) =>
        lines === undefined ? (
          <>
            {/* biome-ignore lint/a11y/noAutofocus: the first field of a form that was asked for */}
            <input {...wiring} {...common} type={type} autoFocus={autoFocus} list={suggestions && listId} />
            {suggestions && (
              <datalist id={listId}>
                {suggestions.map((one) => (
                  <option key={one} value={one} />
                ))}
              </datalist>
            )}
          </>
        ) : (
          <textarea {...wiring} {...common} rows={lines} />
        )
      }
    </Field>
  )
}

export function NumberField({ placeholder, ...field }: FieldProps & { placeholder?: string | undefined }) {
  const { form, at } = field
  return (
    <Field {...field}>
      {(wiring) => (
        <input
          {...wiring}
          className={styles.input}
          type="number"
          inputMode="decimal"
          step="any"
          placeholder={placeholder}
          value={textOf(form.get(at))}
          onChange={({ target }) => form.set(at, target.value === '' ? undefined : target.valueAsNumber)}
        />
      )}
    </Field>
  )
}

/** A secret as it is typed: hidden, shown on request, never remembered by the browser. */
export function SecretField({
  isSet,
  lines,
  ...field
}: FieldProps & {
  /** There is one already, which stays unless another is typed. */
  isSet?: boolean | undefined
  lines?: number | undefined
}) {
  const { form, at } = field
  const [isShown, setShown] = useState(false)
  const common = {
    className: classNames(styles.input, styles.code),
    value: textOf(form.get(at)),
    placeholder: isSet ? 'Set. Leave empty to keep it.' : undefined,
    autoComplete: 'off',
    spellCheck: false,
    'data-secret': '',
    onChange: (event: { target: { value: string } }) => form.set(at, event.target.value || undefined),
  }
  return (
    <Field {...field}>
      {(wiring) =>
        lines === undefined ? (
          <div className={styles.withAction}>
            <input {...wiring} {...common} type={isShown ? 'text' : 'password'} autoComplete="new-password" />
            <IconButton
              name={isShown ? 'Hide what is typed' : 'Show what is typed'}
              tone="plain"
              onClick={() => setShown(!isShown)}
            >
              {isShown ? <EyeOff size={16} aria-hidden="true" /> : <Eye size={16} aria-hidden="true" />}
            </IconButton>
          </div>
        ) : (
          <textarea {...wiring} {...common} rows={lines} />
        )
      }
    </Field>
  )
}

export interface Choice {
  value: string
  title: ReactNode
  note?: ReactNode
}

/** A few choices, all in view. */
export function ChoiceField({
  choices,
  inline,
  fallback,
  onChange,
  ...field
}: FieldProps & {
  choices: readonly Choice[]
  inline?: boolean
  /** What counts while nothing is chosen. */
  fallback?: string
  onChange?: (value: string) => void
}) {
  const { form, at } = field
  const name = useId()
  const chosen = textOf(form.get(at)) || fallback
  return (
    <FieldGroup {...field}>
      {() => (
        <div className={classNames(styles.choices, inline && styles.inline)}>
          {choices.map(({ value, title, note }) => (
            <label key={value} className={styles.choice}>
              <input
                type="radio"
                name={name}
                value={value}
                checked={chosen === value}
                onChange={() => (onChange ? onChange(value) : form.set(at, value))}
              />
              <span>{title}</span>
              {note && <span className={styles.choiceNote}>{note}</span>}
            </label>
          ))}
        </div>
      )}
    </FieldGroup>
  )
}

/** One of many. */
export function SelectField({
  options,
  none,
  onChange,
  ...field
}: FieldProps & {
  options: ReadonlyArray<{ value: string; title: string }>
  /** Stands for no value; without it one is always chosen. */
  none?: string | undefined
  onChange?: (value: string) => void
}) {
  const { form, at } = field
  return (
    <Field {...field}>
      {(wiring) => (
        <select
          {...wiring}
          className={styles.input}
          value={textOf(form.get(at))}
          onChange={({ target }) =>
            onChange ? onChange(target.value) : form.set(at, target.value || undefined)
          }
        >
          {none !== undefined && <option value="">{none}</option>}
          {options.map(({ value, title }) => (
            <option key={value} value={value}>
              {title}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

export function CheckField({
  form,
  at,
  label,
  help,
  saysNo,
}: FieldProps & {
  /** An empty box is `false` rather than nothing said. */
  saysNo?: boolean
}) {
  return (
    <FieldGroup form={form} at={at} label="" help={help}>
      {(wiring) => (
        <label className={styles.check}>
          <input
            {...wiring}
            type="checkbox"
            checked={form.get(at) === true}
            onChange={({ target }) => form.set(at, target.checked || (saysNo ? false : undefined))}
          />
          {label}
        </label>
      )}
    </FieldGroup>
  )
}

/** Texts, one a line. */
export function ListField({
  placeholder,
  addLabel = 'Add',
  ...field
}: FieldProps & {
  placeholder?: string | undefined
  addLabel?: string
}) {
  const { form, at, label } = field
  const list = Array.isArray(form.get(at)) ? (form.get(at) as unknown[]) : []
  const shown = list.length > 0 ? list : ['']
  const put = (next: readonly unknown[]) => form.set(at, next.length > 0 ? next : undefined)
  return (
    <FieldGroup {...field}>
      {(wiring) => (
        <div className={styles.rows}>
          {shown.map((text, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity than their place
            <div key={index} className={styles.row}>
              <input
                {...wiring}
                id={undefined}
                aria-label={`${label}, ${index + 1}`}
                aria-invalid={form.problems.some(({ path }) => path === `${at}/${index}`) || undefined}
                className={classNames(styles.input, styles.code)}
                placeholder={placeholder}
                value={textOf(text)}
                spellCheck={false}
                autoComplete="off"
                onChange={({ target }) => put(shown.with(index, target.value))}
              />
              {(shown.length > 1 || textOf(text) !== '') && (
                <IconButton
                  name={`Remove ${label}, ${index + 1}`}
                  onClick={() => put(shown.toSpliced(index, 1))}
                >
                  <Trash2 size={16} aria-hidden="true" />
                </IconButton>
              )}
            </div>
          ))}
          <Button
            small
            tone="quiet"
            className={styles.addRow}
            icon={<Plus size={15} aria-hidden="true" />}
            onClick={() => put([...shown, ''])}
          >
            {addLabel}
          </Button>
        </div>
      )}
    </FieldGroup>
  )
}

/** What is typed where the value can not say all of it. It begins anew when the value comes from elsewhere. */
function useTyped<T>({ form, at }: FieldProps, read: (value: unknown) => T) {
  const { resets } = form
  const value = form.get(at)
  const [own, setOwn] = useState(() => ({ typed: read(value), value, resets }))
  const isOwn = own.resets === resets && isSame(own.value, value)
  const now = isOwn ? own : { typed: read(value), value, resets }
  if (!isOwn) setOwn(now)
  /** Keeps what was typed, and the value that it is. */
  const keep = (typed: T, next: unknown) => {
    setOwn({ typed, value: next, resets })
    form.set(at, next)
  }
  /** Keeps what was typed and is no value; that before it stays. */
  const keepTyped = (typed: T) => setOwn({ typed, value, resets })
  return { typed: now.typed, keep, keepTyped }
}

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b)

type Rows = ReadonlyArray<readonly [string, string]>

const rowsOfMap = (value: unknown): Rows =>
  Object.entries((value as Record<string, unknown>) ?? {}).map(([name, text]) => [name, textOf(text)])
const rowsOfPairs = (value: unknown): Rows =>
  Array.isArray(value) ? value.map(({ key, value }) => [textOf(key), textOf(value)]) : []

/** Names with texts. What is being typed stays a row even while its name is empty. */
export function MapField({
  nameLabel = 'Name',
  valueLabel = 'Value',
  addLabel = 'Add',
  asPairs,
  ...field
}: FieldProps & {
  nameLabel?: string
  valueLabel?: string
  addLabel?: string
  /** The value is a list of `{ key, value }`, in which a name may stand twice. */
  asPairs?: boolean
}) {
  const { typed: rows, keep } = useTyped(field, asPairs ? rowsOfPairs : rowsOfMap)
  const put = (next: Rows) => {
    const named = next.filter(([name]) => name !== '')
    const value = asPairs ? named.map(([key, value]) => ({ key, value })) : Object.fromEntries(named)
    keep(next, named.length > 0 ? value : undefined)
  }
  return (
    <FieldGroup {...field}>
      {() => (
        <div className={styles.rows}>
          {rows.map(([name, value], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other identity than their place
            <div key={index} className={styles.row}>
              <input
                className={classNames(styles.input, styles.code)}
                aria-label={`${nameLabel} ${index + 1}`}
                placeholder={nameLabel}
                value={name}
                spellCheck={false}
                onChange={({ target }) => put(rows.with(index, [target.value, value]))}
              />
              <input
                className={classNames(styles.input, styles.code)}
                aria-label={`${valueLabel} ${index + 1}`}
                placeholder={valueLabel}
                value={value}
                spellCheck={false}
                onChange={({ target }) => put(rows.with(index, [name, target.value]))}
              />
              <IconButton name={`Remove ${name || 'row'}`} onClick={() => put(rows.toSpliced(index, 1))}>
                <Trash2 size={16} aria-hidden="true" />
              </IconButton>
            </div>
          ))}
          <Button
            small
            tone="quiet"
            className={styles.addRow}
            icon={<Plus size={15} aria-hidden="true" />}
            onClick={() => put([...rows, ['', '']])}
          >
            {addLabel}
          </Button>
        </div>
      )}
    </FieldGroup>
  )
}

/** A part that only JSON can say. Kept as text until it reads as JSON; until then the form is not sent. */
export function JsonField({ lines = 6, ...field }: FieldProps & { lines?: number }) {
  const { form, at } = field
  const { typed: text, keep, keepTyped } = useTyped(field, writeJson)
  const isBroken = readJson(text) === null
  const { setUnreadable } = form
  useEffect(() => {
    setUnreadable(at, isBroken ? 'This is not JSON.' : null)
    return () => setUnreadable(at, null)
  }, [setUnreadable, at, isBroken])
  return (
    <Field {...field} help={isBroken && !form.problemAt(at) ? 'This is not JSON yet.' : field.help}>
      {(wiring) => (
        <textarea
          {...wiring}
          className={classNames(styles.input, styles.code)}
          rows={lines}
          spellCheck={false}
          value={text}
          onChange={({ target }) => {
            const read = readJson(target.value)
            if (read === null) keepTyped(target.value)
            else keep(target.value, read.value)
          }}
        />
      )}
    </Field>
  )
}

const writeJson = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value, null, 2))

/** The value that a text is, none where it is blank; null where it is not JSON. */
function readJson(text: string): { value: unknown } | null {
  if (text.trim() === '') return { value: undefined }
  try {
    return { value: JSON.parse(text) }
  } catch {
    return null
  }
}
