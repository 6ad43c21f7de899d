import { Download } from 'lucide-react'
import { useState } from 'react'
import { Button } from './button.tsx'
import { CopyButton } from './copy-button.tsx'
import { Dialog } from './dialog.tsx'
import { Notice } from './notice.tsx'
import styles from './one-time-secret.module.css'

/** Something that is shown this once. */
export interface OneTimeSecret {
  title: string
  /** What it is for. */
  description: string
  /** Of the file that it can be kept in. */
  fileName: string
  value: string
}

/** Shows a secret once. Closing needs a word that it was kept; afterwards it is nowhere in the page. */
export function OneTimeSecretDialog({
  secret,
  onDone,
}: {
  secret: OneTimeSecret | null
  onDone: () => void
}) {
  return secret && <OpenOneTimeSecret secret={secret} onDone={onDone} />
}

function OpenOneTimeSecret({ secret, onDone }: { secret: OneTimeSecret; onDone: () => void }) {
  const [isKept, setKept] = useState(false)
  const download = () => {
    const address = URL.createObjectURL(new Blob([`${secret.value}\n`], { type: 'text/plain' }))
    const anchor = Object.assign(document.createElement('a'), { href: address, download: secret.fileName })
    anchor.click()
    URL.revokeObjectURL(address)
  }
  return (
    <Dialog
      open
      insistent
      onClose={onDone}
      title={secret.title}
      description={secret.description}
      actions={
        <Button tone="primary" disabled={!isKept} onClick={onDone}>
          Done
        </Button>
      }
    >
      <Notice tone="warn">It is shown this once, and never again.</Notice>
      <output className={styles.value}>{secret.value}</output>
      <div className={styles.ways}>
        <CopyButton text={secret.value} label="Copy" />
        <Button icon={<Download size={15} aria-hidden="true" />} onClick={download}>
          Download
        </Button>
      </div>
      <label className={styles.kept}>
        <input type="checkbox" checked={isKept} onChange={(event) => setKept(event.target.checked)} />I have
        kept it in a safe place
      </label>
    </Dialog>
  )
}
