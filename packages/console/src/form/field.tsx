import { CircleAlert } from 'lucide-react'
import { type ReactNode, useEffect, useId } from 'react'
import styles from './field.module.css'
import type { Form } from './use-form.ts'

export interface FieldProps {
  form: Form<never> | Form
  /** JSON pointer of the value. */
  at: string
  label: string
  required?: boolean | undefined
  help?: ReactNode
}

/** What an input needs to belong to its label, help and problem. */
export interface InputWiring {
  id: string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
  'aria-required': true | undefined
}

/** Label, help and problem around an input; the problem is what Bursar said about the value at `at`. */
export function Field({
  form,
  at,
  label,
  required,
  help,
  children,
}: FieldProps & {
  children: (wiring: InputWiring) => ReactNode
}) {
  const { id, problem, wiring } = useField({ form, at, required, help })
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
        {required && <Required />}
      </label>
      {children(wiring)}
      <FieldWords id={id} help={help} problem={problem} />
    </div>
  )
}

/** The same around several inputs that are one choice. */
export function FieldGroup({
  form,
  at,
  label,
  required,
  help,
  children,
}: FieldProps & {
  children: (wiring: InputWiring) => ReactNode
}) {
  const { id, problem, wiring } = useField({ form, at, required, help })
  return (
    <fieldset className={styles.field} aria-describedby={wiring['aria-describedby']}>
      <legend className={styles.label}>
        {label}
        {required && <Required />}
      </legend>
      {children(wiring)}
      <FieldWords id={id} help={help} problem={problem} />
    </fieldset>
  )
}

function useField({ form, at, required, help }: Omit<FieldProps, 'label'>) {
  const id = useId()
  const { register } = form
  useEffect(() => register(at), [register, at])
  const problem = form.problemAt(at)
  const described = [problem && `${id}-problem`, help && `${id}-help`].filter(Boolean).join(' ')
  const wiring: InputWiring = {
    id,
    'aria-describedby': described || undefined,
    'aria-invalid': problem ? true : undefined,
    'aria-required': required ? true : undefined,
  }
  return { id, problem, wiring }
}

const Required = () => (
  <span className={styles.required} aria-hidden="true">
    {' '}
    *
  </span>
)

function FieldWords({
  id,
  help,
  problem,
}: {
  id: string
  help?: ReactNode
  problem: ReturnType<Form['problemAt']>
}) {
  return (
    <>
      {problem && (
        <p id={`${id}-problem`} className={styles.problem}>
          <CircleAlert size={15} aria-hidden="true" />
          <span>
            {problem.detail}
            {problem.hint && ` ${problem.hint}`}
          </span>
        </p>
      )}
      {help && (
        <p id={`${id}-help`} className={styles.help}>
          {typeof help === 'string' ? withCode(help) : help}
        </p>
      )}
    </>
  )
}

/** Words of a schema: what stands between backticks is code. */
const withCode = (text: string): ReactNode =>
  // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change their places.
  text.split('`').map((part, index) => (index % 2 === 1 ? <code key={index}>{part}</code> : part))
