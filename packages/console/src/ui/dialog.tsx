import { AlertDialog } from '@base-ui/react/alert-dialog'
import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { IconButton } from './button.tsx'
import { classNames } from './class-names.ts'
import styles from './dialog.module.css'

interface DialogProps {
  open: boolean
  onClose: () => void
  title: string
  description?: ReactNode
  children?: ReactNode
  /** Buttons, the main one last. */
  actions?: ReactNode
  wide?: boolean
  /** Closes with its own buttons only: neither Escape nor a press outside ends it. */
  insistent?: boolean
}

/** A question or a form above the page; focus goes in, and back to where it was. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  children,
  actions,
  wide,
  insistent,
}: DialogProps) {
  const popup = useRef<HTMLDivElement>(null)
  useFocusBack()
  const { Root, Portal, Backdrop, Viewport, Popup, Title, Description } = insistent ? AlertDialog : Base
  return (
    <Root
      open={open}
      onOpenChange={(next, details) => {
        if (next) return
        if (insistent) details.cancel()
        else onClose()
      }}
    >
      <Portal>
        <Backdrop data-veil="" className={styles.backdrop} />
        <Viewport className={styles.viewport}>
          <Popup
            ref={popup}
            className={classNames(styles.popup, wide && styles.wide)}
            // Where the typing begins; the dialog itself rather than its button to close it.
            initialFocus={() =>
              popup.current?.querySelector<HTMLElement>('input, textarea, select') ?? popup.current
            }
          >
            <header className={styles.head}>
              <Title className={styles.title}>{title}</Title>
              {!insistent && (
                <IconButton name="Close" small onClick={onClose}>
                  <X size={16} aria-hidden="true" />
                </IconButton>
              )}
            </header>
            {description && <Description className={styles.description}>{description}</Description>}
            {children && <div className={styles.body}>{children}</div>}
            {actions && <footer className={styles.actions}>{actions}</footer>}
          </Popup>
        </Viewport>
      </Portal>
    </Root>
  )
}

/**
 * Gives the focus back to who asked. Most dialogs are taken out of the page rather than closed, so that nobody else
 * does it; one that was opened by an entry of a menu gives it to the button of that menu.
 */
function useFocusBack() {
  const [asker] = useState(() => {
    const menu = document.activeElement?.closest('[role="menu"]')
    const button = menu && document.getElementById(menu.getAttribute('aria-labelledby') ?? '')
    return (button ?? document.activeElement) as HTMLElement | null
  })
  useEffect(
    () => () => {
      requestAnimationFrame(() => {
        const isLost = document.activeElement === null || document.activeElement === document.body
        if (isLost && asker?.isConnected) asker.focus()
      })
    },
    [asker],
  )
}
