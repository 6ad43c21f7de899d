import { Toast } from '@base-ui/react/toast'
import { CircleAlert, CircleCheck, X } from 'lucide-react'
import { explainError } from '../api/problem.ts'
import { IconButton } from './button.tsx'
import styles from './toast.module.css'

const manager = Toast.createToastManager()

/** Says in passing how something went; what needs an answer is a dialog, what belongs to a field stands there. */
export const toast = {
  done: (title: string, description?: string) =>
    void manager.add({ title, description, type: 'done', timeout: 5000 }),
  failed(error: unknown, what?: string) {
    const { title, hint } = explainError(error)
    manager.add({
      title: what ?? title,
      description: [what && title, hint].filter(Boolean).join(' '),
      type: 'failed',
      timeout: 12_000,
      priority: 'high',
    })
  },
}

export function Toasts() {
  return (
    <Toast.Provider toastManager={manager} limit={3}>
      <Toast.Portal>
        <Toast.Viewport className={styles.viewport}>
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  )
}

function ToastList() {
  const { toasts } = Toast.useToastManager()
  return toasts.map((one) => (
    <Toast.Root key={one.id} toast={one} className={styles.toast} data-kind={one.type}>
      {one.type === 'failed' ? (
        <CircleAlert size={18} aria-hidden="true" />
      ) : (
        <CircleCheck size={18} aria-hidden="true" />
      )}
      <div className={styles.words}>
        <Toast.Title className={styles.title} />
        <Toast.Description className={styles.description} />
      </div>
      <Toast.Close
        render={
          <IconButton name="Dismiss" small>
            <X size={16} aria-hidden="true" />
          </IconButton>
        }
      />
    </Toast.Root>
  ))
}
