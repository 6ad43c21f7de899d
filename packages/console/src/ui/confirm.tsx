import { type ReactNode, useState } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ErrorNotice } from './notice.tsx'

interface ConfirmProps {
  open: boolean
  onClose: () => void
  title: string
  /** The word on the button. */
  verb: string
  danger?: boolean
  /** Does it; the dialog stays open, with the reason, when it throws. */
  onConfirm: () => Promise<unknown>
  children?: ReactNode
}

/** Asks once before something that can be begun again, but not undone. */
export function Confirm(props: ConfirmProps) {
  return props.open ? <OpenConfirm {...props} /> : null
}

function OpenConfirm({ onClose, title, verb, danger, onConfirm, children }: ConfirmProps) {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const confirm = async () => {
    setBusy(true)
    setError(null)
    try {
      await onConfirm()
      onClose()
    } catch (failure) {
      setError(failure)
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
          <Button tone={danger ? 'danger' : 'primary'} busy={isBusy} onClick={confirm}>
            {verb}
          </Button>
        </>
      }
    >
      {children}
      {error !== null && <ErrorNotice error={error} />}
    </Dialog>
  )
}
