import { CirclePause, CirclePlay, RefreshCw, X } from 'lucide-react'
import { useState } from 'react'
import { call } from '../../api/call.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { toast } from '../../ui/toast.tsx'
import { credentialsChanged } from './actions.ts'
import styles from './list.module.css'

type Action = 'pause' | 'resume' | 'exchange'

const DONE: Readonly<Record<Action, string>> = { pause: 'paused', resume: 'resumed', exchange: 'refreshed' }
const AT_MOST = 500

/** What can be done with everything that is selected; one that fails stops no other, and is named. */
export function BulkBar({ selected, onClear }: { selected: ReadonlySet<string>; onClear: () => void }) {
  const [busy, setBusy] = useState<Action | null>(null)
  const run = (action: Action) => async () => {
    setBusy(action)
    try {
      const names = [...selected].slice(0, AT_MOST)
      const { done, failed, items } = await call('POST', '/v1/credentials/bulk', { body: { action, names } })
      if (failed > 0) {
        const [first] = items.filter(({ ok }) => !ok)
        const others = failed > 1 ? ` And ${failed - 1} more.` : ''
        toast.failed(
          new Error(`${first?.name}: ${first?.error?.detail}${others}`),
          `${done} ${DONE[action]}, ${failed} not.`,
        )
      } else {
        toast.done(`${done} ${DONE[action]}.`)
        onClear()
      }
    } catch (error) {
      toast.failed(error)
    } finally {
      setBusy(null)
      void credentialsChanged()
    }
  }
  return (
    <section className={styles.bulk} aria-label="Selected credentials">
      <strong>{selected.size} selected</strong>
      <Button
        small
        icon={<RefreshCw size={15} aria-hidden="true" />}
        busy={busy === 'exchange'}
        onClick={run('exchange')}
      >
        Refresh
      </Button>
      <Button
        small
        icon={<CirclePause size={15} aria-hidden="true" />}
        busy={busy === 'pause'}
        onClick={run('pause')}
      >
        Pause
      </Button>
      <Button
        small
        icon={<CirclePlay size={15} aria-hidden="true" />}
        busy={busy === 'resume'}
        onClick={run('resume')}
      >
        Resume
      </Button>
      <IconButton name="Clear the selection" small onClick={onClear}>
        <X size={15} aria-hidden="true" />
      </IconButton>
    </section>
  )
}
