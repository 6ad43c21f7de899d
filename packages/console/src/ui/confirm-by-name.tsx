import { type ReactNode, useId, useState } from 'react'
import fieldStyles from '../form/field.module.css'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ErrorNotice } from './notice.tsx'

interface ConfirmByNameProps {
  open: boolean
  onClose: () => void
  title: string
  /** What has to be typed. */
  name: string
  /** The word on the button. */
  verb: string
  /** Does it; the dialog stays open, with the reason, when it throws. */
  onConfirm: () => Promise<unknown>
  /** What follows a success is the page's to show; the dialog is not closed by it. */
  staysOpen?: boolean
  children?: ReactNode
}

/** Asks for the name of what is about to be lost. */
export function ConfirmByName(props: ConfirmByNameProps) {
  return props.open ? <OpenConfirmByName {...props} /> : null
}

function OpenConfirmByName({
  onClose,
  title,
  name,
  verb,
  onConfirm,
  staysOpen,
  children,
}: ConfirmByNameProps) {
  const id = useId()
  const [typed, setTyped] = useState('')
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  // Blanks around it are nobody's intention, and can not be seen in what has to be typed either.
  const isNamed = typed.trim() === name.trim()
  const confirm = async () => {
    setBusy(true)
    setError(null)
    try {
      await onConfirm()
      if (!staysOpen) onClose()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={title}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="danger" busy={isBusy} disabled={!isNamed} onClick={confirm}>
            {verb}
          </Button>
        </>
      }
    >
      {children}
      {error !== null && <ErrorNotice error={error} />}
      <form
        className={fieldStyles.field}
        onSubmit={(event) => {
          event.preventDefault()
          if (isNamed && !isBusy) void confirm()
        }}
      >
        <label htmlFor={id} className={fieldStyles.label}>
          Type <code>{name}</code> to confirm
        </label>
        <input
          id={id}
          className={fieldStyles.input}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
    </Dialog>
  )
}
