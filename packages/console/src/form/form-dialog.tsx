import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import styles from './field.module.css'
import { ProblemSummary } from './problem-summary.tsx'
import type { Form } from './use-form.ts'

/** A form above the page. Closes when it was sent; what is refused stands beside its field. */
export function FormDialog({
  title,
  description,
  form,
  submit,
  onSubmit,
  onClose,
  wide,
  children,
}: {
  title: string
  description?: ReactNode
  form: Form<never> | Form
  /** The word on the button. */
  submit: string
  /** Sends it; what it throws is shown. */
  onSubmit: () => Promise<unknown>
  onClose: () => void
  wide?: boolean
  children: ReactNode
}) {
  const id = useId()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async (event: FormEvent) => {
    event.preventDefault()
    event.stopPropagation()
    if (isBusy || !form.isReadable()) return
    setBusy(true)
    setError(null)
    try {
      await onSubmit()
      onClose()
    } catch (failure) {
      if (!form.fail(failure)) setError(failure)
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      wide={wide === true}
      onClose={onClose}
      title={title}
      description={description}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={id} tone="primary" busy={isBusy}>
            {submit}
          </Button>
        </>
      }
    >
      <form id={id} className={styles.grid} onSubmit={send} noValidate>
        {children}
        <ProblemSummary form={form} error={error} />
      </form>
    </Dialog>
  )
}
