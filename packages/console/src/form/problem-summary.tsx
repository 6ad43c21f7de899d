import { explainError } from '../api/problem.ts'
import { Notice } from '../ui/notice.tsx'
import styles from './field.module.css'
import type { Form } from './use-form.ts'

/** Above the buttons of a form: what failed as a whole, and problems that belong to no field in view. */
export function ProblemSummary({ form, error }: { form: Form<never> | Form; error: unknown }) {
  const unplaced = form.problems.filter(({ path }) => !form.isPlaced(path))
  const placed = form.problems.length - unplaced.length
  if (form.problems.length === 0 && !error) return null
  if (form.problems.length === 0) {
    const { title, hint } = explainError(error)
    return (
      <Notice tone="bad" alert title={title}>
        {hint}
      </Notice>
    )
  }
  return (
    <Notice
      tone="bad"
      alert
      title={
        placed > 0
          ? `${placed === 1 ? 'One field needs' : `${placed} fields need`} another look.`
          : 'Bursar refused this.'
      }
    >
      {unplaced.length > 0 && (
        <ul className={styles.summary}>
          {unplaced.map(({ path, code, detail, hint }) => (
            <li key={path + code}>
              {path && <code>{path}</code>} {detail} {hint}
            </li>
          ))}
        </ul>
      )}
    </Notice>
  )
}
